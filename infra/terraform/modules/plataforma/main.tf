# Um ambiente inteiro. O que difere entre eles são tamanhos, e está nas variáveis.
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100", configuration_aliases = [aws.global, aws.longe] }
  }
}

variable "ambiente" {
  type = string
}

variable "faixa" {
  type = string
}

variable "zonas" {
  type = list(string)
}

variable "dominio" {
  type = string
}

variable "zona_dns" {
  type = string
}

variable "origem" {
  type = string
}

variable "registros" {
  type = string
}

variable "saida_por_zona" {
  type = bool
}

variable "protegido" {
  type = bool
}

variable "maquinas" {
  type = object({ tipos = list(string), minimo = number, maximo = number })
}

variable "postgres" {
  type = object({ classe = string, gigabytes = number, maximo_gigabytes = number, replicas = number, dias_de_copias = number })
}

variable "redis" {
  type = object({ classe = string, fragmentos = number, replicas = number })
}

variable "senhas" {
  type      = object({ redis = string, rabbitmq = string })
  sensitive = true
}

variable "rabbitmq" {
  type = object({ classe = string, nos = string })
}

locals {
  nome    = "plataforma-${var.ambiente}"
  segredo = "plataforma/${var.ambiente}"
  # A mesma lista do chart, gerada do catálogo.
  aplicacoes = jsondecode(file("${path.module}/../../../k8s/plataforma/aplicacoes.json")).aplicacoes
}

module "operacao" {
  source           = "../operacao"
  providers        = { aws = aws, aws.longe = aws.longe }
  nome             = local.nome
  prefixo_segredos = local.segredo
  dias_de_copias   = var.postgres.dias_de_copias
  aplicacoes = toset(concat(
    [for app in local.aplicacoes : app.name if length(app.secrets.required) > 0],
    [for app in local.aplicacoes : "${app.name}-migracao" if can(app.database)],
  ))
}

module "rede" {
  source         = "../rede"
  nome           = local.nome
  faixa          = var.faixa
  zonas          = var.zonas
  saida_por_zona = var.saida_por_zona
  chave_kms      = module.operacao.chave_kms
}

module "cluster" {
  source           = "../cluster"
  nome             = local.nome
  versao           = "1.32"
  subredes         = module.rede.aplicacoes
  chave_kms        = module.operacao.chave_kms
  maquinas         = var.maquinas
  prefixo_segredos = local.segredo
}

module "dados" {
  source           = "../dados"
  nome             = local.nome
  vpc              = module.rede.vpc
  subredes         = module.rede.dados
  grupo_do_cluster = module.cluster.grupo
  chave_kms        = module.operacao.chave_kms
  postgres         = var.postgres
  redis            = var.redis
  rabbitmq         = var.rabbitmq
  senhas           = var.senhas
  protegido        = var.protegido
  avisos           = module.operacao.avisos
}

resource "aws_backup_selection" "dados" {
  name         = local.nome
  plan_id      = module.operacao.copias.plano
  iam_role_arn = module.operacao.copias.papel
  resources    = [module.dados.postgres.arn]
}

module "borda" {
  source    = "../borda"
  providers = { aws = aws, aws.global = aws.global }
  nome      = local.nome
  dominio   = var.dominio
  zona_dns  = var.zona_dns
  origem    = var.origem
  registros = var.registros
}

# O que acorda alguém, do que só a AWS vê; o resto são as regras do Prometheus.
locals {
  alarmes = {
    disco    = { metrica = "FreeStorageSpace", abaixo = true, limite = 10 * 1024 * 1024 * 1024 }
    cpu      = { metrica = "CPUUtilization", abaixo = false, limite = 85 }
    conexoes = { metrica = "DatabaseConnections", abaixo = false, limite = 250 }
  }
}

resource "aws_cloudwatch_metric_alarm" "postgres" {
  for_each            = local.alarmes
  alarm_name          = "${local.nome}-postgres-${each.key}"
  namespace           = "AWS/RDS"
  metric_name         = each.value.metrica
  dimensions          = { DBInstanceIdentifier = local.nome }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = each.value.abaixo ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.limite
  treat_missing_data  = "breaching"
  alarm_actions       = [module.operacao.avisos]
}

output "cluster" {
  value = module.cluster.nome
}

output "segredos" {
  value = local.segredo
}
