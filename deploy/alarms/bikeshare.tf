# CloudWatch alarms of the pack services/bikeshare.yml. The names are the ones its rules match.
#   terraform apply -var alerts_topic_arn=arn:aws:sns:ca-central-1:ACCOUNT:sm-alerts
# The same alarms as CloudFormation: bikeshare.yaml. ModelLatency is in microseconds.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

variable "alerts_topic_arn" {
  description = "The topic sm-alerts, to which Tocsin subscribes."
  type        = string
}

variable "prod_endpoint" {
  description = "SageMaker endpoint of production."
  type        = string
  default     = "bikeshare-prod"
}

variable "staging_endpoint" {
  description = "SageMaker endpoint of staging."
  type        = string
  default     = "bikeshare-staging"
}

variable "variant" {
  description = "Variant of both endpoints."
  type        = string
  default     = "AllTraffic"
}

variable "city" {
  description = "Dimension City of the custom metrics."
  type        = string
  default     = "nyc"
}

variable "infer_function" {
  description = "Lambda function that predicts in batches."
  type        = string
  default     = "bikeshare-infer"
}

variable "model_namespace" {
  description = "Namespace of the metrics about the model."
  type        = string
  default     = "Bikeshare/Model"
}

variable "ingest_namespace" {
  description = "Namespace of IngestFailures and NewPartitions, which ingestion publishes."
  type        = string
  default     = "Bikeshare/Ingest"
}

locals {
  # Alarms on one metric
  metric_alarms = {
    "sm-prod-latency" = {
      description = "p95 of the model latency of the prod endpoint is above 800 ms"
      metric      = { namespace = "AWS/SageMaker", name = "ModelLatency", dimensions = { EndpointName = var.prod_endpoint, VariantName = var.variant }, stat = "p95" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 800000, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 2 }
      topic       = var.alerts_topic_arn
    }
    "sm-prod-avg-latency" = {
      description = "The average model latency of the prod endpoint is above 800 ms"
      metric      = { namespace = "AWS/SageMaker", name = "ModelLatency", dimensions = { EndpointName = var.prod_endpoint, VariantName = var.variant }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 800000, missing = "notBreaching" }
      window      = { period = 60, periods = 5, datapoints = 3 }
      topic       = var.alerts_topic_arn
    }
    "bikeshare-data-drift-failed" = {
      description = "The drift check found violations or failed"
      metric      = { namespace = var.model_namespace, name = "DriftJobFailures", dimensions = { EndpointName = var.prod_endpoint, MonitoringSchedule = "bikeshare-data-drift" }, stat = "Maximum" }
      limit       = { comparison = "GreaterThanOrEqualToThreshold", threshold = 1, missing = "notBreaching" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
    }
    "bikeshare-data-quality-failed" = {
      description = "The data-quality check found violations or failed"
      metric      = { namespace = var.model_namespace, name = "QualityJobFailures", dimensions = { EndpointName = var.prod_endpoint, MonitoringSchedule = "bikeshare-data-quality" }, stat = "Maximum" }
      limit       = { comparison = "GreaterThanOrEqualToThreshold", threshold = 1, missing = "notBreaching" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
    }
    "bikeshare-infer-Duration-p95-gt-12m" = {
      description = "p95 of a batch prediction takes longer than 12 minutes"
      metric      = { namespace = "AWS/Lambda", name = "Duration", dimensions = { FunctionName = var.infer_function }, stat = "p95" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 720000, missing = "notBreaching" }
      window      = { period = 900, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
    }
    "bikeshare-infer-Errors-gt0" = {
      description = "A batch prediction failed"
      metric      = { namespace = "AWS/Lambda", name = "Errors", dimensions = { FunctionName = var.infer_function }, stat = "Sum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 0, missing = "notBreaching" }
      window      = { period = 300, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
    }
    "staging-f1-low" = {
      description = "F1 of the last 24 h in staging is below the gate of 0.55"
      metric      = { namespace = var.model_namespace, name = "F1-24h", dimensions = { EndpointName = var.staging_endpoint, City = var.city }, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.55, missing = "missing" }
      window      = { period = 900, periods = 4, datapoints = 3 }
      topic       = var.alerts_topic_arn
    }
    "staging-prauc-low" = {
      description = "PR-AUC of the last 24 h in staging is below the gate of 0.70"
      metric      = { namespace = var.model_namespace, name = "PR-AUC-24h", dimensions = { EndpointName = var.staging_endpoint, City = var.city }, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.7, missing = "missing" }
      window      = { period = 900, periods = 4, datapoints = 3 }
      topic       = var.alerts_topic_arn
    }
    "prod-f1-low" = {
      description = "F1 of the last 24 h in prod is below the target of 0.55"
      metric      = { namespace = var.model_namespace, name = "F1-24h", dimensions = { EndpointName = var.prod_endpoint, City = var.city }, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.55, missing = "missing" }
      window      = { period = 900, periods = 4, datapoints = 3 }
      topic       = var.alerts_topic_arn
    }
    "prod-prauc-low" = {
      description = "PR-AUC of the last 24 h in prod is below the target of 0.70"
      metric      = { namespace = var.model_namespace, name = "PR-AUC-24h", dimensions = { EndpointName = var.prod_endpoint, City = var.city }, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.7, missing = "missing" }
      window      = { period = 900, periods = 4, datapoints = 3 }
      topic       = var.alerts_topic_arn
    }
    "prod-psi-high" = {
      description = "PSI of the worst feature is 0.2 or more"
      metric      = { namespace = var.model_namespace, name = "PSI", dimensions = { EndpointName = var.prod_endpoint, City = var.city }, stat = "Maximum" }
      limit       = { comparison = "GreaterThanOrEqualToThreshold", threshold = 0.2, missing = "notBreaching" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
    }
    "bikeshare-ingest-failures" = {
      description = "Ingestion failed"
      metric      = { namespace = var.ingest_namespace, name = "IngestFailures", dimensions = { City = var.city }, stat = "Sum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 0, missing = "notBreaching" }
      window      = { period = 300, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
    }
    "bikeshare-no-new-partition" = {
      description = "No new partition in 15 minutes"
      metric      = { namespace = var.ingest_namespace, name = "NewPartitions", dimensions = { City = var.city }, stat = "Sum" }
      limit       = { comparison = "LessThanThreshold", threshold = 1, missing = "breaching" }
      window      = { period = 900, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
    }
    "bikeshare-quality-delayed" = {
      description = "No ground truth came for 30 minutes"
      metric      = { namespace = var.model_namespace, name = "Samples-24h", dimensions = { EndpointName = var.prod_endpoint, City = var.city }, stat = "SampleCount" }
      limit       = { comparison = "LessThanThreshold", threshold = 1, missing = "breaching" }
      window      = { period = 1800, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
    }
  }

  # Alarms on an expression over several metrics
  math_alarms = {
    "sm-prod-5XX" = {
      description = "More than 0.5 % of the requests to the prod endpoint fail"
      expression  = "100 * errors / all"
      label       = "Error rate in percent"
      limit       = { comparison = "GreaterThanThreshold", threshold = 0.5, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 2 }
      topic       = var.alerts_topic_arn
      metrics = {
        errors = { namespace = "AWS/SageMaker", name = "Invocation5XXErrors", dimensions = { EndpointName = var.prod_endpoint, VariantName = var.variant }, stat = "Sum" }
        all    = { namespace = "AWS/SageMaker", name = "Invocations", dimensions = { EndpointName = var.prod_endpoint, VariantName = var.variant }, stat = "Sum" }
      }
    }
    "mlops-bikeshare-lambda-errors" = {
      description = "A function of the pipeline fails"
      expression  = "SELECT SUM(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) GROUP BY FunctionName"
      label       = "Errors by function"
      limit       = { comparison = "GreaterThanThreshold", threshold = 0, missing = "notBreaching" }
      window      = { period = 300, periods = 1, datapoints = 1 }
      topic       = var.alerts_topic_arn
      metrics     = {}
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each = local.metric_alarms

  alarm_name          = each.key
  alarm_description   = each.value.description
  namespace           = each.value.metric.namespace
  metric_name         = each.value.metric.name
  dimensions          = each.value.metric.dimensions
  statistic           = startswith(each.value.metric.stat, "p") ? null : each.value.metric.stat
  extended_statistic  = startswith(each.value.metric.stat, "p") ? each.value.metric.stat : null
  period              = each.value.window.period
  evaluation_periods  = each.value.window.periods
  datapoints_to_alarm = each.value.window.datapoints
  comparison_operator = each.value.limit.comparison
  threshold           = each.value.limit.threshold
  treat_missing_data  = each.value.limit.missing

  alarm_actions = [each.value.topic]
  ok_actions    = [each.value.topic]
}

resource "aws_cloudwatch_metric_alarm" "math" {
  for_each = local.math_alarms

  alarm_name          = each.key
  alarm_description   = each.value.description
  evaluation_periods  = each.value.window.periods
  datapoints_to_alarm = each.value.window.datapoints
  comparison_operator = each.value.limit.comparison
  threshold           = each.value.limit.threshold
  treat_missing_data  = each.value.limit.missing

  metric_query {
    id          = "result"
    expression  = each.value.expression
    label       = each.value.label
    period      = length(each.value.metrics) == 0 ? each.value.window.period : null
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics
    content {
      id          = metric_query.key
      return_data = false
      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = each.value.window.period
      }
    }
  }

  alarm_actions = [each.value.topic]
  ok_actions    = [each.value.topic]
}

# Out of its usual band, upwards: two standard deviations.
resource "aws_cloudwatch_metric_alarm" "latency_band" {
  alarm_name          = "sm-prod-latency-p95-anomaly"
  alarm_description   = "p95 of the model latency of the prod endpoint has left its usual band"
  evaluation_periods  = 2
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanUpperThreshold"
  threshold_metric_id = "band"
  treat_missing_data  = "missing"

  metric_query {
    id          = "band"
    expression  = "ANOMALY_DETECTION_BAND(latency, 2)"
    label       = "Usual band"
    return_data = true
  }

  metric_query {
    id          = "latency"
    return_data = true
    metric {
      namespace   = "AWS/SageMaker"
      metric_name = "ModelLatency"
      dimensions  = { EndpointName = var.prod_endpoint, VariantName = var.variant }
      stat        = "p95"
      period      = 300
    }
  }

  alarm_actions = [var.alerts_topic_arn]
  ok_actions    = [var.alerts_topic_arn]
}

resource "aws_cloudwatch_composite_alarm" "unhealthy" {
  alarm_name        = "bikeshare-prod-unhealthy"
  alarm_description = "The prod endpoint is slow and answers with errors"
  alarm_rule        = "ALARM(\"sm-prod-5XX\") AND ALARM(\"sm-prod-latency\")"
  alarm_actions     = [var.alerts_topic_arn]
  ok_actions        = [var.alerts_topic_arn]

  depends_on = [aws_cloudwatch_metric_alarm.metric, aws_cloudwatch_metric_alarm.math]
}
