# CloudWatch alarms of the pack services/recommendation.yml: the four of the guide, then its tables of KPIs, each limit an alarm.
#   terraform apply -var critical_topic_arn=… -var warning_topic_arn=… -var ml_topic_arn=… -var api_id=… -var endpoint=…
# The same alarms as CloudFormation: recommendation.yaml.
#
# An HTTP API (v2) has the metrics 5xx, Count and Latency by ApiId, as here. A REST API calls the first 5XXError and has ApiName: change
# both. SageMaker counts latency in microseconds; the memory of a function needs Lambda Insights.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

variable "critical_topic_arn" {
  description = "Topic for critical alarms."
  type        = string
}

variable "warning_topic_arn" {
  description = "Topic for warnings."
  type        = string
}

variable "ml_topic_arn" {
  description = "Topic for alarms of model and data."
  type        = string
}

variable "api_id" {
  description = "Id of the HTTP API."
  type        = string
}

variable "function" {
  description = "Lambda function behind the API."
  type        = string
  default     = "recommendation-inference"
}

variable "endpoint" {
  description = "SageMaker endpoint."
  type        = string
}

variable "variant" {
  description = "Variant of the endpoint."
  type        = string
  default     = "AllTraffic"
}

variable "concurrency_limit" {
  description = "Concurrency limit of the function or the account."
  type        = number
  default     = 1000
}

variable "ctr_baseline" {
  description = "Baseline of the click-through rate, in percent."
  type        = number
  default     = 3
}

locals {
  # Alarms on one metric
  metric_alarms = {
    "recommendation-api-high-error-rate" = {
      description = "API error rate exceeded 10 errors per minute"
      metric      = { namespace = "AWS/ApiGateway", name = "5xx", dimensions = { ApiId = var.api_id }, stat = "Sum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 10, missing = "notBreaching" }
      window      = { period = 60, periods = 2, datapoints = 2 }
      topic       = var.critical_topic_arn
    }
    "recommendation-api-high-latency" = {
      description = "API p99 latency exceeded 1000ms"
      metric      = { namespace = "AWS/ApiGateway", name = "Latency", dimensions = { ApiId = var.api_id }, stat = "p99" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 1000, missing = "missing" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
    }
    "recommendation-model-drift-detected" = {
      description = "Model feature drift exceeded threshold"
      metric      = { namespace = "RecommendationSystem", name = "FeatureDrift", dimensions = {}, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 0.2, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-low-ctr" = {
      description = "Click-through rate below 2%"
      metric      = { namespace = "RecommendationSystem", name = "CTR", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 2, missing = "missing" }
      window      = { period = 3600, periods = 3, datapoints = 3 }
      topic       = var.ml_topic_arn
    }
    "recommendation-api-latency-p50-warning" = {
      description = "API latency p50 is above 150 ms"
      metric      = { namespace = "AWS/ApiGateway", name = "Latency", dimensions = { ApiId = var.api_id }, stat = "p50" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 150, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
    }
    "recommendation-api-latency-p50-critical" = {
      description = "API latency p50 is above 200 ms"
      metric      = { namespace = "AWS/ApiGateway", name = "Latency", dimensions = { ApiId = var.api_id }, stat = "p50" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 200, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.critical_topic_arn
    }
    "recommendation-api-latency-p95-warning" = {
      description = "API latency p95 is above 400 ms"
      metric      = { namespace = "AWS/ApiGateway", name = "Latency", dimensions = { ApiId = var.api_id }, stat = "p95" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 400, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
    }
    "recommendation-api-latency-p95-critical" = {
      description = "API latency p95 is above 500 ms"
      metric      = { namespace = "AWS/ApiGateway", name = "Latency", dimensions = { ApiId = var.api_id }, stat = "p95" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 500, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.critical_topic_arn
    }
    "recommendation-api-latency-p99-warning" = {
      description = "API latency p99 is above 800 ms"
      metric      = { namespace = "AWS/ApiGateway", name = "Latency", dimensions = { ApiId = var.api_id }, stat = "p99" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 800, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
    }
    "recommendation-api-latency-p99-critical" = {
      description = "API latency p99 is above 1000 ms"
      metric      = { namespace = "AWS/ApiGateway", name = "Latency", dimensions = { ApiId = var.api_id }, stat = "p99" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 1000, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.critical_topic_arn
    }
    "recommendation-lambda-duration-warning" = {
      description = "The average duration of the function is above 500 ms"
      metric      = { namespace = "AWS/Lambda", name = "Duration", dimensions = { FunctionName = var.function }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 500, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
    }
    "recommendation-lambda-duration-critical" = {
      description = "The average duration of the function is above 1000 ms"
      metric      = { namespace = "AWS/Lambda", name = "Duration", dimensions = { FunctionName = var.function }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 1000, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.critical_topic_arn
    }
    "recommendation-lambda-throttles-warning" = {
      description = "Throttling of the function is above 10 a minute"
      metric      = { namespace = "AWS/Lambda", name = "Throttles", dimensions = { FunctionName = var.function }, stat = "Sum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 10, missing = "notBreaching" }
      window      = { period = 60, periods = 2, datapoints = 2 }
      topic       = var.warning_topic_arn
    }
    "recommendation-lambda-throttles-critical" = {
      description = "Throttling of the function is above 50 a minute"
      metric      = { namespace = "AWS/Lambda", name = "Throttles", dimensions = { FunctionName = var.function }, stat = "Sum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 50, missing = "notBreaching" }
      window      = { period = 60, periods = 2, datapoints = 2 }
      topic       = var.critical_topic_arn
    }
    "recommendation-lambda-memory-warning" = {
      description = "The memory of the function is above 85 %"
      metric      = { namespace = "LambdaInsights", name = "memory_utilization", dimensions = { function_name = var.function }, stat = "Maximum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 85, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
    }
    "recommendation-lambda-memory-critical" = {
      description = "The memory of the function is above 95 %"
      metric      = { namespace = "LambdaInsights", name = "memory_utilization", dimensions = { function_name = var.function }, stat = "Maximum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 95, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.critical_topic_arn
    }
    "recommendation-endpoint-latency-warning" = {
      description = "The average model latency is above 100 ms"
      metric      = { namespace = "AWS/SageMaker", name = "ModelLatency", dimensions = { EndpointName = var.endpoint, VariantName = var.variant }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 100000, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
    }
    "recommendation-endpoint-latency-critical" = {
      description = "The average model latency is above 200 ms"
      metric      = { namespace = "AWS/SageMaker", name = "ModelLatency", dimensions = { EndpointName = var.endpoint, VariantName = var.variant }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 200000, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.critical_topic_arn
    }
    "recommendation-endpoint-errors-warning" = {
      description = "Failing of invocations is above 5 a minute"
      metric      = { namespace = "AWS/SageMaker", name = "InvocationModelErrors", dimensions = { EndpointName = var.endpoint, VariantName = var.variant }, stat = "Sum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 5, missing = "notBreaching" }
      window      = { period = 60, periods = 2, datapoints = 2 }
      topic       = var.warning_topic_arn
    }
    "recommendation-endpoint-errors-critical" = {
      description = "Failing of invocations is above 20 a minute"
      metric      = { namespace = "AWS/SageMaker", name = "InvocationModelErrors", dimensions = { EndpointName = var.endpoint, VariantName = var.variant }, stat = "Sum" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 20, missing = "notBreaching" }
      window      = { period = 60, periods = 2, datapoints = 2 }
      topic       = var.critical_topic_arn
    }
    "recommendation-endpoint-cpu-warning" = {
      description = "The CPU utilization of the endpoint is above 80 %"
      metric      = { namespace = "/aws/sagemaker/Endpoints", name = "CPUUtilization", dimensions = { EndpointName = var.endpoint, VariantName = var.variant }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 80, missing = "notBreaching" }
      window      = { period = 60, periods = 5, datapoints = 5 }
      topic       = var.warning_topic_arn
    }
    "recommendation-endpoint-cpu-critical" = {
      description = "The CPU utilization of the endpoint is above 90 %"
      metric      = { namespace = "/aws/sagemaker/Endpoints", name = "CPUUtilization", dimensions = { EndpointName = var.endpoint, VariantName = var.variant }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 90, missing = "notBreaching" }
      window      = { period = 60, periods = 5, datapoints = 5 }
      topic       = var.critical_topic_arn
    }
    "recommendation-endpoint-memory-warning" = {
      description = "The memory utilization of the endpoint is above 85 %"
      metric      = { namespace = "/aws/sagemaker/Endpoints", name = "MemoryUtilization", dimensions = { EndpointName = var.endpoint, VariantName = var.variant }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 85, missing = "notBreaching" }
      window      = { period = 60, periods = 5, datapoints = 5 }
      topic       = var.warning_topic_arn
    }
    "recommendation-endpoint-memory-critical" = {
      description = "The memory utilization of the endpoint is above 95 %"
      metric      = { namespace = "/aws/sagemaker/Endpoints", name = "MemoryUtilization", dimensions = { EndpointName = var.endpoint, VariantName = var.variant }, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 95, missing = "notBreaching" }
      window      = { period = 60, periods = 5, datapoints = 5 }
      topic       = var.critical_topic_arn
    }
    "recommendation-online-ctr-warning" = {
      description = "The click-through rate is below 2.5 %"
      metric      = { namespace = "RecommendationSystem", name = "CTR", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 2.5, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-ctr-critical" = {
      description = "The click-through rate is below 2 %"
      metric      = { namespace = "RecommendationSystem", name = "CTR", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 2, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-conversion-warning" = {
      description = "The conversion rate is below 1.2 %"
      metric      = { namespace = "RecommendationSystem", name = "ConversionRate", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 1.2, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-conversion-critical" = {
      description = "The conversion rate is below 1 %"
      metric      = { namespace = "RecommendationSystem", name = "ConversionRate", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 1, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-order-value-warning" = {
      description = "The average order value is below 60 USD"
      metric      = { namespace = "RecommendationSystem", name = "AverageOrderValue", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 60, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-order-value-critical" = {
      description = "The average order value is below 50 USD"
      metric      = { namespace = "RecommendationSystem", name = "AverageOrderValue", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 50, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-coverage-warning" = {
      description = "The coverage is below 60 %"
      metric      = { namespace = "RecommendationSystem", name = "CoveragePercentage", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 60, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-coverage-critical" = {
      description = "The coverage is below 50 %"
      metric      = { namespace = "RecommendationSystem", name = "CoveragePercentage", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 50, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-diversity-warning" = {
      description = "The diversity score is below 0.5"
      metric      = { namespace = "RecommendationSystem", name = "DiversityScore", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.5, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-online-diversity-critical" = {
      description = "The diversity score is below 0.4"
      metric      = { namespace = "RecommendationSystem", name = "DiversityScore", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.4, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-offline-ndcg-warning" = {
      description = "NDCG@10 of the batch evaluation is below 0.4"
      metric      = { namespace = "RecommendationSystem", name = "NDCG", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.4, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-offline-precision-warning" = {
      description = "Precision@10 of the batch evaluation is below 0.3"
      metric      = { namespace = "RecommendationSystem", name = "Precision", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.3, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-offline-recall-warning" = {
      description = "Recall@10 of the batch evaluation is below 0.2"
      metric      = { namespace = "RecommendationSystem", name = "Recall", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanThreshold", threshold = 0.2, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-offline-drift-warning" = {
      description = "The model drift score is above 0.2"
      metric      = { namespace = "RecommendationSystem", name = "ModelDriftScore", dimensions = {}, stat = "Average" }
      limit       = { comparison = "GreaterThanThreshold", threshold = 0.2, missing = "missing" }
      window      = { period = 3600, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-business-cart-abandonment" = {
      description = "The cart abandonment rate is not below 30 %"
      metric      = { namespace = "RecommendationSystem", name = "CartAbandonmentRate", dimensions = {}, stat = "Average" }
      limit       = { comparison = "GreaterThanOrEqualToThreshold", threshold = 30, missing = "missing" }
      window      = { period = 86400, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
    "recommendation-business-returning-customers" = {
      description = "The rate of returning customers is not above 40 %"
      metric      = { namespace = "RecommendationSystem", name = "ReturnCustomerRate", dimensions = {}, stat = "Average" }
      limit       = { comparison = "LessThanOrEqualToThreshold", threshold = 40, missing = "missing" }
      window      = { period = 86400, periods = 1, datapoints = 1 }
      topic       = var.ml_topic_arn
    }
  }

  # Alarms on an expression over several metrics
  math_alarms = {
    "recommendation-ctr-drop" = {
      description = "CTR is more than 20 % below its baseline"
      expression  = "100 * (ctr / ${var.ctr_baseline} - 1)"
      label       = "Change of CTR in percent"
      limit       = { comparison = "LessThanThreshold", threshold = -20, missing = "missing" }
      window      = { period = 3600, periods = 3, datapoints = 3 }
      topic       = var.ml_topic_arn
      metrics = {
        ctr = { namespace = "RecommendationSystem", name = "CTR", dimensions = {}, stat = "Average" }
      }
    }
    "recommendation-api-error-rate-warning" = {
      description = "The error rate of the API is above 1 % for 5 minutes"
      expression  = "100 * errors / all"
      label       = "Error rate in percent"
      limit       = { comparison = "GreaterThanThreshold", threshold = 1, missing = "notBreaching" }
      window      = { period = 60, periods = 5, datapoints = 5 }
      topic       = var.warning_topic_arn
      metrics = {
        errors = { namespace = "AWS/ApiGateway", name = "5xx", dimensions = { ApiId = var.api_id }, stat = "Sum" }
        all    = { namespace = "AWS/ApiGateway", name = "Count", dimensions = { ApiId = var.api_id }, stat = "Sum" }
      }
    }
    "recommendation-api-error-rate-critical" = {
      description = "The error rate of the API is above 5 % for 5 minutes"
      expression  = "100 * errors / all"
      label       = "Error rate in percent"
      limit       = { comparison = "GreaterThanThreshold", threshold = 5, missing = "notBreaching" }
      window      = { period = 60, periods = 5, datapoints = 5 }
      topic       = var.critical_topic_arn
      metrics = {
        errors = { namespace = "AWS/ApiGateway", name = "5xx", dimensions = { ApiId = var.api_id }, stat = "Sum" }
        all    = { namespace = "AWS/ApiGateway", name = "Count", dimensions = { ApiId = var.api_id }, stat = "Sum" }
      }
    }
    "recommendation-api-availability-warning" = {
      description = "The availability of the API is below 99.5 %"
      expression  = "100 * (1 - errors / all)"
      label       = "Availability in percent"
      limit       = { comparison = "LessThanThreshold", threshold = 99.5, missing = "notBreaching" }
      window      = { period = 300, periods = 1, datapoints = 1 }
      topic       = var.warning_topic_arn
      metrics = {
        errors = { namespace = "AWS/ApiGateway", name = "5xx", dimensions = { ApiId = var.api_id }, stat = "Sum" }
        all    = { namespace = "AWS/ApiGateway", name = "Count", dimensions = { ApiId = var.api_id }, stat = "Sum" }
      }
    }
    "recommendation-api-availability-critical" = {
      description = "The availability of the API is below 99 %"
      expression  = "100 * (1 - errors / all)"
      label       = "Availability in percent"
      limit       = { comparison = "LessThanThreshold", threshold = 99, missing = "notBreaching" }
      window      = { period = 300, periods = 1, datapoints = 1 }
      topic       = var.critical_topic_arn
      metrics = {
        errors = { namespace = "AWS/ApiGateway", name = "5xx", dimensions = { ApiId = var.api_id }, stat = "Sum" }
        all    = { namespace = "AWS/ApiGateway", name = "Count", dimensions = { ApiId = var.api_id }, stat = "Sum" }
      }
    }
    "recommendation-lambda-error-rate-warning" = {
      description = "The error rate of the function is above 1 %"
      expression  = "100 * errors / all"
      label       = "Error rate in percent"
      limit       = { comparison = "GreaterThanThreshold", threshold = 1, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
      metrics = {
        errors = { namespace = "AWS/Lambda", name = "Errors", dimensions = { FunctionName = var.function }, stat = "Sum" }
        all    = { namespace = "AWS/Lambda", name = "Invocations", dimensions = { FunctionName = var.function }, stat = "Sum" }
      }
    }
    "recommendation-lambda-error-rate-critical" = {
      description = "The error rate of the function is above 5 %"
      expression  = "100 * errors / all"
      label       = "Error rate in percent"
      limit       = { comparison = "GreaterThanThreshold", threshold = 5, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.critical_topic_arn
      metrics = {
        errors = { namespace = "AWS/Lambda", name = "Errors", dimensions = { FunctionName = var.function }, stat = "Sum" }
        all    = { namespace = "AWS/Lambda", name = "Invocations", dimensions = { FunctionName = var.function }, stat = "Sum" }
      }
    }
    "recommendation-lambda-concurrency-warning" = {
      description = "The concurrency of the function is above 90 % of its limit"
      expression  = "100 * used / ${var.concurrency_limit}"
      label       = "Concurrency used in percent"
      limit       = { comparison = "GreaterThanThreshold", threshold = 90, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.warning_topic_arn
      metrics = {
        used = { namespace = "AWS/Lambda", name = "ConcurrentExecutions", dimensions = { FunctionName = var.function }, stat = "Maximum" }
      }
    }
    "recommendation-lambda-concurrency-critical" = {
      description = "The concurrency of the function is above 95 % of its limit"
      expression  = "100 * used / ${var.concurrency_limit}"
      label       = "Concurrency used in percent"
      limit       = { comparison = "GreaterThanThreshold", threshold = 95, missing = "notBreaching" }
      window      = { period = 60, periods = 3, datapoints = 3 }
      topic       = var.critical_topic_arn
      metrics = {
        used = { namespace = "AWS/Lambda", name = "ConcurrentExecutions", dimensions = { FunctionName = var.function }, stat = "Maximum" }
      }
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
