# SNS topics by which Tocsin pages people by e-mail and by phone call, and tells its operators when Slack cannot.
#   terraform -chdir=deploy/paging apply -var operators_email=ops@example.com \
#     -var 'mailboxes={ U0123ABCD = "ana@example.com", U0456EFGH = "ben@example.com" }'
# Then set MAIL_TOPIC_ARN, CALL_TOPIC_ARN and OPERATORS_TOPIC_ARN to the outputs and attach the policy to Tocsin's role.
# The same as CloudFormation, but for the mailboxes: topics.yaml.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

variable "name" {
  description = "What the names of the topics begin with."
  type        = string
  default     = "tocsin"
}

variable "operators_email" {
  description = "Who is told what is wrong with Tocsin itself. AWS asks them by mail to confirm."
  type        = string
}

variable "mailboxes" {
  description = "E-mail address of each person, by their Slack user id. AWS asks each of them by mail to confirm."
  type        = map(string)
  default     = {}
}

variable "call_endpoint" {
  description = "The https address of the program that rings people; empty: none. It has to confirm its subscription."
  type        = string
  default     = ""
}

# Only this account may publish, and of it whoever has the permission: that is what SNS gives a topic by itself.
resource "aws_sns_topic" "mail" {
  name              = "${var.name}-mail"
  display_name      = "Tocsin" # the sender's name in the mail
  signature_version = 2
}

resource "aws_sns_topic" "call" {
  name              = "${var.name}-call"
  signature_version = 2
}

resource "aws_sns_topic" "operators" {
  name              = "${var.name}-operators"
  display_name      = "Tocsin"
  signature_version = 2
}

resource "aws_sns_topic_subscription" "operators" {
  topic_arn = aws_sns_topic.operators.arn
  protocol  = "email"
  endpoint  = var.operators_email
}

# Each mailbox gets the pages of its owner alone.
resource "aws_sns_topic_subscription" "mailbox" {
  for_each = var.mailboxes

  topic_arn     = aws_sns_topic.mail.arn
  protocol      = "email"
  endpoint      = each.value
  filter_policy = jsonencode({ person = [each.key] })
}

# It gets the calls of everybody, and rings whom the attribute `person` names. A page that comes late is of no use, so SNS tries for about four minutes.
resource "aws_sns_topic_subscription" "calls" {
  count = var.call_endpoint == "" ? 0 : 1

  topic_arn = aws_sns_topic.call.arn
  protocol  = "https"
  endpoint  = var.call_endpoint
  delivery_policy = jsonencode({
    healthyRetryPolicy = {
      minDelayTarget     = 1
      maxDelayTarget     = 20
      numRetries         = 20
      numNoDelayRetries  = 3
      numMinDelayRetries = 2
      numMaxDelayRetries = 10
      backoffFunction    = "exponential"
    }
  })
}

# SNS tells Tocsin that it has taken a page, not that it has arrived.
resource "aws_cloudwatch_metric_alarm" "fails" {
  for_each = { mail = aws_sns_topic.mail.name, call = aws_sns_topic.call.name }

  alarm_name          = "${each.value}-fails"
  alarm_description   = "Pages by ${each.key} were not delivered."
  alarm_actions       = [aws_sns_topic.operators.arn]
  namespace           = "AWS/SNS"
  metric_name         = "NumberOfNotificationsFailed"
  dimensions          = { TopicName = each.value }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
}

data "aws_partition" "this" {}

# The part of deploy/iam/read-role.json that is about pages.
data "aws_iam_policy_document" "may_page" {
  statement {
    sid       = "PublishPages"
    actions   = ["sns:Publish", "sns:ListSubscriptionsByTopic"]
    resources = [aws_sns_topic.mail.arn, aws_sns_topic.call.arn, aws_sns_topic.operators.arn]
  }

  # A phone number is no ARN: this allows SMS and no topic.
  statement {
    sid           = "SendTextMessages"
    actions       = ["sns:Publish"]
    not_resources = ["arn:${data.aws_partition.this.partition}:sns:*:*:*"]
  }

  statement {
    sid       = "AskWhoWantsNoTexts"
    actions   = ["sns:CheckIfPhoneNumberIsOptedOut"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "may_page" {
  name_prefix = "${var.name}-may-page-"
  description = "What Tocsin needs to page people by mail, call and SMS."
  policy      = data.aws_iam_policy_document.may_page.json
}

output "mail_topic_arn" {
  description = "The value of MAIL_TOPIC_ARN."
  value       = aws_sns_topic.mail.arn
}

output "call_topic_arn" {
  description = "The value of CALL_TOPIC_ARN."
  value       = aws_sns_topic.call.arn
}

output "operators_topic_arn" {
  description = "The value of OPERATORS_TOPIC_ARN."
  value       = aws_sns_topic.operators.arn
}

output "policy_arn" {
  description = "To be attached to the role of Tocsin."
  value       = aws_iam_policy.may_page.arn
}
