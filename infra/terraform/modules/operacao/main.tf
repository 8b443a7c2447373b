# A chave que cifra tudo, os segredos por aplicação, as cópias noutra região, e quem avisa.
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100", configuration_aliases = [aws.longe] }
  }
}

variable "nome" {
  type = string
}

variable "prefixo_segredos" {
  type = string
}

variable "aplicacoes" {
  description = "Nomes dos segredos: as aplicações, e os Jobs que migram"
  type        = set(string)
}

variable "dias_de_copias" {
  type = number
}

data "aws_caller_identity" "esta" {}

data "aws_iam_policy_document" "chave" {
  statement {
    sid       = "Conta"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.esta.account_id}:root"]
    }
  }
  statement {
    sid       = "Registros"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["logs.amazonaws.com", "cloudwatch.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "esta" {
  description             = var.nome
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.chave.json
}

# Só o lugar: os valores entram por quem tem esse direito, e nunca passam pelo estado.
resource "aws_secretsmanager_secret" "este" {
  for_each                = var.aplicacoes
  name                    = "${var.prefixo_segredos}/${each.key}"
  kms_key_id              = aws_kms_key.esta.arn
  recovery_window_in_days = 30
}

resource "aws_sns_topic" "avisos" {
  name              = "${var.nome}-avisos"
  kms_master_key_id = aws_kms_key.esta.id
}

resource "aws_backup_vault" "aqui" {
  name        = var.nome
  kms_key_arn = aws_kms_key.esta.arn
}

resource "aws_kms_key" "longe" {
  provider                = aws.longe
  description             = "${var.nome}: copias"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.chave.json
}

resource "aws_backup_vault" "longe" {
  provider    = aws.longe
  name        = var.nome
  kms_key_arn = aws_kms_key.longe.arn
}

# Nem quem administra apaga uma cópia antes do prazo.
resource "aws_backup_vault_lock_configuration" "longe" {
  provider           = aws.longe
  backup_vault_name  = aws_backup_vault.longe.name
  min_retention_days = 7
}

resource "aws_backup_plan" "este" {
  name = var.nome
  rule {
    rule_name                = "diaria"
    target_vault_name        = aws_backup_vault.aqui.name
    schedule                 = "cron(0 4 * * ? *)"
    enable_continuous_backup = true
    lifecycle {
      delete_after = var.dias_de_copias
    }
    copy_action {
      destination_vault_arn = aws_backup_vault.longe.arn
      lifecycle {
        delete_after = var.dias_de_copias
      }
    }
  }
}

data "aws_iam_policy_document" "copias" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "copias" {
  name               = "${var.nome}-copias"
  assume_role_policy = data.aws_iam_policy_document.copias.json
}

resource "aws_iam_role_policy_attachment" "copias" {
  for_each   = toset(["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"])
  role       = aws_iam_role.copias.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/${each.key}"
}

output "chave_kms" {
  value = aws_kms_key.esta.arn
}

output "avisos" {
  value = aws_sns_topic.avisos.arn
}

output "copias" {
  value = { plano = aws_backup_plan.este.id, papel = aws_iam_role.copias.arn }
}
