# PostgreSQL, Redis e RabbitMQ: em várias zonas, cifrados, alcançados só pelo cluster.
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

variable "nome" {
  type = string
}

variable "vpc" {
  type = string
}

variable "subredes" {
  type = list(string)
}

variable "grupo_do_cluster" {
  type = string
}

variable "chave_kms" {
  type = string
}

variable "postgres" {
  type = object({ classe = string, gigabytes = number, maximo_gigabytes = number, replicas = number, dias_de_copias = number })
  validation {
    condition     = var.postgres.dias_de_copias >= 7 && var.postgres.dias_de_copias <= 35
    error_message = "Volta-se a qualquer instante de 7 a 35 dias."
  }
}

variable "redis" {
  type = object({ classe = string, fragmentos = number, replicas = number })
}

variable "rabbitmq" {
  type = object({ classe = string, nos = string })
  validation {
    condition     = contains(["SINGLE_INSTANCE", "CLUSTER_MULTI_AZ"], var.rabbitmq.nos)
    error_message = "Um nó, ou um cluster em várias zonas."
  }
}

variable "senhas" {
  description = "Das que a AWS não gera: ficam também no estado, que por isso é cifrado e de poucos"
  type        = object({ redis = string, rabbitmq = string })
  sensitive   = true
}

variable "protegido" {
  description = "Não se apaga por engano"
  type        = bool
}

variable "avisos" {
  description = "Tópico SNS"
  type        = string
}

locals {
  portas = { postgres = 5432, redis = 6379, rabbitmq = 5671 }
}

resource "aws_security_group" "este" {
  for_each    = local.portas
  name        = "${var.nome}-${each.key}"
  description = "${each.key}: entra so o cluster"
  vpc_id      = var.vpc
}

resource "aws_vpc_security_group_ingress_rule" "do_cluster" {
  for_each                     = local.portas
  description                  = "As aplicacoes"
  security_group_id            = aws_security_group.este[each.key].id
  referenced_security_group_id = var.grupo_do_cluster
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_db_subnet_group" "este" {
  name       = var.nome
  subnet_ids = var.subredes
}

resource "aws_db_parameter_group" "este" {
  name   = "${var.nome}-pg15"
  family = "postgres15"

  dynamic "parameter" {
    # O registro não leva valores de linhas, como em npm start; TLS é de todos.
    for_each = {
      "rds.force_ssl"                       = "1"
      "log_error_verbosity"                 = "terse"
      "log_min_error_statement"             = "panic"
      "log_parameter_max_length"            = "0"
      "log_parameter_max_length_on_error"   = "0"
      "log_statement"                       = "none"
      "idle_session_timeout"                = "0"
      "max_standby_streaming_delay"         = "5000"
      "statement_timeout"                   = "30000"
      "idle_in_transaction_session_timeout" = "60000"
    }
    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "pending-reboot"
    }
  }
}

data "aws_iam_policy_document" "monitoracao" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "monitoracao" {
  name               = "${var.nome}-rds-monitoracao"
  assume_role_policy = data.aws_iam_policy_document.monitoracao.json
}

resource "aws_iam_role_policy_attachment" "monitoracao" {
  role       = aws_iam_role.monitoracao.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

# Os quatro bancos num servidor só: volta-se a um instante com todos.
resource "aws_db_instance" "principal" {
  identifier                            = var.nome
  engine                                = "postgres"
  engine_version                        = "15"
  instance_class                        = var.postgres.classe
  allocated_storage                     = var.postgres.gigabytes
  max_allocated_storage                 = var.postgres.maximo_gigabytes
  storage_type                          = "gp3"
  storage_encrypted                     = true
  kms_key_id                            = var.chave_kms
  multi_az                              = true
  db_subnet_group_name                  = aws_db_subnet_group.este.name
  parameter_group_name                  = aws_db_parameter_group.este.name
  vpc_security_group_ids                = [aws_security_group.este["postgres"].id]
  publicly_accessible                   = false
  username                              = "postgres"
  manage_master_user_password           = true
  master_user_secret_kms_key_id         = var.chave_kms
  iam_database_authentication_enabled   = true
  backup_retention_period               = var.postgres.dias_de_copias
  backup_window                         = "05:00-06:00"
  maintenance_window                    = "sun:06:30-sun:07:30"
  copy_tags_to_snapshot                 = true
  deletion_protection                   = var.protegido
  skip_final_snapshot                   = !var.protegido
  final_snapshot_identifier             = var.protegido ? "${var.nome}-ultima" : null
  auto_minor_version_upgrade            = true
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.chave_kms
  performance_insights_retention_period = 7
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.monitoracao.arn
  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
}

resource "aws_db_instance" "replica" {
  count                           = var.postgres.replicas
  identifier                      = "${var.nome}-replica-${count.index}"
  replicate_source_db             = aws_db_instance.principal.identifier
  instance_class                  = var.postgres.classe
  storage_type                    = "gp3"
  storage_encrypted               = true
  kms_key_id                      = var.chave_kms
  multi_az                        = var.protegido
  parameter_group_name            = aws_db_parameter_group.este.name
  vpc_security_group_ids          = [aws_security_group.este["postgres"].id]
  publicly_accessible             = false
  copy_tags_to_snapshot           = true
  deletion_protection             = var.protegido
  skip_final_snapshot             = true
  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.chave_kms
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.monitoracao.arn
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  iam_database_authentication_enabled = true
}

resource "aws_elasticache_subnet_group" "este" {
  name       = var.nome
  subnet_ids = var.subredes
}

resource "aws_elasticache_replication_group" "este" {
  replication_group_id       = var.nome
  description                = "Cache, ritmo e revogacoes"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.redis.classe
  parameter_group_name       = "default.redis7.cluster.on"
  num_node_groups            = var.redis.fragmentos
  replicas_per_node_group    = var.redis.replicas
  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.este.name
  security_group_ids         = [aws_security_group.este["redis"].id]
  at_rest_encryption_enabled = true
  kms_key_id                 = var.chave_kms
  transit_encryption_enabled = true
  auth_token                 = var.senhas.redis
  snapshot_retention_limit   = 7
  auto_minor_version_upgrade = true
  notification_topic_arn     = var.avisos
}

resource "aws_mq_broker" "este" {
  broker_name                = var.nome
  engine_type                = "RabbitMQ"
  engine_version             = "3.13"
  host_instance_type         = var.rabbitmq.classe
  deployment_mode            = var.rabbitmq.nos
  subnet_ids                 = var.rabbitmq.nos == "SINGLE_INSTANCE" ? [var.subredes[0]] : var.subredes
  security_groups            = [aws_security_group.este["rabbitmq"].id]
  publicly_accessible        = false
  auto_minor_version_upgrade = true

  user {
    username = "plataforma"
    password = var.senhas.rabbitmq
  }

  encryption_options {
    use_aws_owned_key = false
    kms_key_id        = var.chave_kms
  }

  logs {
    general = true
  }
}

output "postgres" {
  value = { principal = aws_db_instance.principal.address, replicas = aws_db_instance.replica[*].address, arn = aws_db_instance.principal.arn }
}

output "redis" {
  value = aws_elasticache_replication_group.este.configuration_endpoint_address
}

output "rabbitmq" {
  value = aws_mq_broker.este.instances[*].endpoints
}
