terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
  # O bucket do estado é de cada organização: init -backend-config=bucket=…
  backend "s3" {
    key          = "plataforma/producao.tfstate"
    region       = "sa-east-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "sa-east-1"
  default_tags {
    tags = { Projeto = "plataforma-de-reservas", Ambiente = "producao" }
  }
}

provider "aws" {
  alias  = "global"
  region = "us-east-1"
}

provider "aws" {
  alias  = "longe"
  region = "us-east-2"
}

variable "dominio" {
  type = string
}

variable "zona_dns" {
  type = string
}

variable "origem" {
  description = "O balanceador que o Ingress criou; na primeira vez, um nome provisório"
  type        = string
}

variable "registros" {
  type = string
}

variable "senhas" {
  type      = object({ redis = string, rabbitmq = string })
  sensitive = true
}

module "plataforma" {
  source         = "../../modules/plataforma"
  providers      = { aws = aws, aws.global = aws.global, aws.longe = aws.longe }
  ambiente       = "producao"
  faixa          = "10.30.0.0/16"
  zonas          = ["sa-east-1a", "sa-east-1b", "sa-east-1c"]
  dominio        = var.dominio
  zona_dns       = var.zona_dns
  origem         = var.origem
  registros      = var.registros
  senhas         = var.senhas
  saida_por_zona = true
  protegido      = true
  maquinas       = { tipos = ["m6i.xlarge", "m5.xlarge"], minimo = 3, maximo = 12 }
  postgres       = { classe = "db.r6g.xlarge", gigabytes = 500, maximo_gigabytes = 2000, replicas = 2, dias_de_copias = 35 }
  redis          = { classe = "cache.r6g.large", fragmentos = 3, replicas = 1 }
  rabbitmq       = { classe = "mq.m5.large", nos = "CLUSTER_MULTI_AZ" }
}
