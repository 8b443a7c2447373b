# Três zonas: de fora só se chega às sub-redes públicas (balanceador); os dados não têm saída nenhuma.
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

variable "nome" {
  type = string
}

variable "faixa" {
  description = "CIDR /16 da VPC"
  type        = string
  validation {
    condition     = can(cidrhost(var.faixa, 0)) && endswith(var.faixa, "/16")
    error_message = "A faixa é um CIDR /16."
  }
}

variable "zonas" {
  type = list(string)
  validation {
    condition     = length(var.zonas) >= 2
    error_message = "Uma zona só não sobrevive à perda dela."
  }
}

variable "saida_por_zona" {
  description = "Um NAT por zona; com false, um só, mais barato, e que cai com a sua zona"
  type        = bool
}

variable "chave_kms" {
  type = string
}

locals {
  indice = { for i, zona in var.zonas : zona => i }
  saidas = var.saida_por_zona ? local.indice : { (var.zonas[0]) = 0 }
}

resource "aws_vpc" "esta" {
  cidr_block           = var.faixa
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = { Name = var.nome }
}

resource "aws_default_security_group" "nada" {
  vpc_id = aws_vpc.esta.id
}

resource "aws_subnet" "publica" {
  for_each          = local.indice
  vpc_id            = aws_vpc.esta.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.faixa, 8, each.value)
  tags              = { Name = "${var.nome}-publica-${each.key}", "kubernetes.io/role/elb" = "1" }
}

resource "aws_subnet" "aplicacoes" {
  for_each          = local.indice
  vpc_id            = aws_vpc.esta.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.faixa, 4, each.value + 1)
  tags              = { Name = "${var.nome}-aplicacoes-${each.key}", "kubernetes.io/role/internal-elb" = "1" }
}

resource "aws_subnet" "dados" {
  for_each          = local.indice
  vpc_id            = aws_vpc.esta.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.faixa, 8, each.value + 240)
  tags              = { Name = "${var.nome}-dados-${each.key}" }
}

resource "aws_internet_gateway" "esta" {
  vpc_id = aws_vpc.esta.id
}

resource "aws_eip" "saida" {
  for_each = local.saidas
  domain   = "vpc"
}

resource "aws_nat_gateway" "saida" {
  for_each      = local.saidas
  allocation_id = aws_eip.saida[each.key].id
  subnet_id     = aws_subnet.publica[each.key].id
  depends_on    = [aws_internet_gateway.esta]
}

resource "aws_route_table" "publica" {
  vpc_id = aws_vpc.esta.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.esta.id
  }
}

resource "aws_route_table_association" "publica" {
  for_each       = aws_subnet.publica
  subnet_id      = each.value.id
  route_table_id = aws_route_table.publica.id
}

resource "aws_route_table" "aplicacoes" {
  for_each = local.indice
  vpc_id   = aws_vpc.esta.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.saida[var.saida_por_zona ? each.key : var.zonas[0]].id
  }
}

resource "aws_route_table_association" "aplicacoes" {
  for_each       = aws_subnet.aplicacoes
  subnet_id      = each.value.id
  route_table_id = aws_route_table.aplicacoes[each.key].id
}

# Sem rota alguma para fora.
resource "aws_route_table" "dados" {
  vpc_id = aws_vpc.esta.id
}

resource "aws_route_table_association" "dados" {
  for_each       = aws_subnet.dados
  subnet_id      = each.value.id
  route_table_id = aws_route_table.dados.id
}

resource "aws_cloudwatch_log_group" "fluxos" {
  name              = "/vpc/${var.nome}"
  retention_in_days = 365
  kms_key_id        = var.chave_kms
}

data "aws_iam_policy_document" "fluxos_assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "fluxos" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = ["${aws_cloudwatch_log_group.fluxos.arn}:*"]
  }
}

resource "aws_iam_role" "fluxos" {
  name               = "${var.nome}-fluxos"
  assume_role_policy = data.aws_iam_policy_document.fluxos_assume.json
}

resource "aws_iam_role_policy" "fluxos" {
  role   = aws_iam_role.fluxos.id
  policy = data.aws_iam_policy_document.fluxos.json
}

resource "aws_flow_log" "esta" {
  vpc_id          = aws_vpc.esta.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.fluxos.arn
  iam_role_arn    = aws_iam_role.fluxos.arn
}

output "vpc" {
  value = aws_vpc.esta.id
}

output "publicas" {
  value = [for zona in var.zonas : aws_subnet.publica[zona].id]
}

output "aplicacoes" {
  value = [for zona in var.zonas : aws_subnet.aplicacoes[zona].id]
}

output "dados" {
  value = [for zona in var.zonas : aws_subnet.dados[zona].id]
}
