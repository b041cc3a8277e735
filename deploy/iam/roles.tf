# The roles of Tocsin's actions: what it may look at to plan them, the act role that it takes on to do them, and a role for drills.
#   terraform -chdir=deploy/iam apply -var read_role=tocsin -var 'prefixes=["bikeshare-"]'
# Then set ACT_ROLE_ARN to the output. The role that Tocsin runs with must be there; what else it needs is in read-role.json.
# The same as CloudFormation: roles.yaml.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

variable "name" {
  description = "What the names of the roles begin with."
  type        = string
  default     = "tocsin"
}

variable "read_role" {
  description = "Name of the role that Tocsin runs with. It alone may take on the act role."
  type        = string
}

variable "prefixes" {
  description = "What the names of endpoints, pipelines, model packages, functions, services and alarms that Tocsin may change begin with."
  type        = list(string)

  validation {
    condition     = length(var.prefixes) > 0 && alltrue([for prefix in var.prefixes : length(prefix) > 1])
    error_message = "Name at least one prefix, of two letters or more: an empty one would allow everything."
  }
}

data "aws_partition" "this" {}
data "aws_caller_identity" "this" {}
data "aws_region" "this" {}

data "aws_iam_role" "read" {
  name = var.read_role
}

locals {
  place    = "${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}"
  arn      = "arn:${data.aws_partition.this.partition}"
  function = [for prefix in var.prefixes : "${local.arn}:lambda:${local.place}:function:${prefix}*"]
  service  = [for prefix in var.prefixes : "${local.arn}:ecs:${local.place}:service/*/${prefix}*"]
}

# The part of deploy/iam/read-role.json that is about actions.
data "aws_iam_policy_document" "may_plan" {
  statement {
    sid = "PlanForSageMaker"
    actions = [
      "sagemaker:DescribeModel",
      "sagemaker:ListEndpointConfigs",
      "sagemaker:ListPipelineExecutions",
      "sagemaker:DescribePipelineExecution",
      "sagemaker:ListPipelineExecutionSteps",
      "sagemaker:DescribePipelineDefinitionForExecution",
      "sagemaker:ListModelPackages",
      "sagemaker:DescribeModelPackage",
    ]
    resources = ["*"]
  }

  statement {
    sid = "PlanForLambda"
    actions = [
      "lambda:GetAlias",
      "lambda:ListAliases",
      "lambda:ListVersionsByFunction",
      "lambda:GetFunctionConfiguration",
      "lambda:GetFunctionConcurrency",
      "lambda:ListDurableExecutionsByFunction",
    ]
    resources = local.function
  }

  statement {
    sid       = "PlanForLambdaAccount"
    actions   = ["lambda:GetAccountSettings"]
    resources = ["*"]
  }

  statement {
    sid       = "PlanForEcs"
    actions   = ["ecs:DescribeServices"]
    resources = local.service
  }

  statement {
    sid       = "PlanForEcsTasks"
    actions   = ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions"]
    resources = ["*"]
  }

  statement {
    sid       = "TakeOnTheActRole"
    actions   = ["sts:AssumeRole"]
    resources = [aws_iam_role.act.arn]
  }
}

resource "aws_iam_role_policy" "may_plan" {
  name   = "${var.name}-may-plan"
  role   = data.aws_iam_role.read.id
  policy = data.aws_iam_policy_document.may_plan.json
}

data "aws_iam_policy_document" "act_trust" {
  statement {
    sid     = "OnlyTocsin"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [data.aws_iam_role.read.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:RoleSessionName"
      values   = ["tocsin-action"]
    }
  }
}

# Leave out what no service file asks for.
data "aws_iam_policy_document" "may_act" {
  statement {
    sid     = "ChangeEndpoints"
    actions = ["sagemaker:UpdateEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"]
    resources = flatten([for prefix in var.prefixes : [
      "${local.arn}:sagemaker:${local.place}:endpoint/${prefix}*",
      "${local.arn}:sagemaker:${local.place}:endpoint-config/${prefix}*",
    ]])
  }

  statement {
    sid     = "RunPipelines"
    actions = ["sagemaker:StartPipelineExecution", "sagemaker:StopPipelineExecution"]
    resources = flatten([for prefix in var.prefixes : [
      "${local.arn}:sagemaker:${local.place}:pipeline/${prefix}*",
      "${local.arn}:sagemaker:${local.place}:pipeline/${prefix}*/execution/*",
    ]])
  }

  statement {
    sid       = "ApproveModels"
    actions   = ["sagemaker:UpdateModelPackage"]
    resources = [for prefix in var.prefixes : "${local.arn}:sagemaker:${local.place}:model-package/${prefix}*"]
  }

  statement {
    sid = "ChangeFunctions"
    actions = [
      "lambda:UpdateAlias",
      "lambda:UpdateFunctionConfiguration",
      "lambda:PutFunctionConcurrency",
      "lambda:InvokeFunction",
    ]
    resources = local.function
  }

  statement {
    sid       = "ChangeServices"
    actions   = ["ecs:UpdateService"]
    resources = local.service
  }
}

resource "aws_iam_role" "act" {
  name               = "${var.name}-act"
  description        = "What Tocsin does to systems once people have approved it."
  assume_role_policy = data.aws_iam_policy_document.act_trust.json
}

resource "aws_iam_role_policy" "may_act" {
  name   = "${var.name}-may-act"
  role   = aws_iam_role.act.id
  policy = data.aws_iam_policy_document.may_act.json
}

data "aws_iam_policy_document" "drill_trust" {
  statement {
    sid     = "PeopleWithASecondFactor"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["${local.arn}:iam::${data.aws_caller_identity.this.account_id}:root"]
    }
    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }
  }
}

# For people who raise an alarm by hand in a drill. Tocsin never has it.
data "aws_iam_policy_document" "may_drill" {
  statement {
    sid       = "RaiseAlarmsByHand"
    actions   = ["cloudwatch:SetAlarmState"]
    resources = [for prefix in var.prefixes : "${local.arn}:cloudwatch:${local.place}:alarm:${prefix}*"]
  }

  statement {
    sid       = "SeeWhetherTheyAreRaised"
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "drill" {
  name               = "${var.name}-drill"
  description        = "Raises alarms by hand in a drill."
  assume_role_policy = data.aws_iam_policy_document.drill_trust.json
}

resource "aws_iam_role_policy" "may_drill" {
  name   = "${var.name}-may-drill"
  role   = aws_iam_role.drill.id
  policy = data.aws_iam_policy_document.may_drill.json
}

output "act_role_arn" {
  description = "The value of ACT_ROLE_ARN."
  value       = aws_iam_role.act.arn
}

output "drill_role_arn" {
  description = "The role that people take on to raise an alarm by hand."
  value       = aws_iam_role.drill.arn
}
