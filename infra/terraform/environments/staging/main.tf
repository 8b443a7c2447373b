terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
  # O bucket do estado é de cada organização: init -backend-config=bucket=…
  backend "s3" {
    key          = "plataforma/staging.tfstate"
    region       = "sa-east-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "sa-east-1"
  default_tags {
    tags = { Projeto = "plataforma-de-reservas", Ambiente = "staging" }
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
  ambiente       = "staging"
  faixa          = "10.20.0.0/16"
  zonas          = ["sa-east-1a", "sa-east-1b"]
  dominio        = var.dominio
  zona_dns       = var.zona_dns
  origem         = var.origem
  registros      = var.registros
  senhas         = var.senhas
  saida_por_zona = false
  protegido      = false
  maquinas       = { tipos = ["t3.large"], minimo = 2, maximo = 4 }
  postgres       = { classe = "db.t4g.medium", gigabytes = 50, maximo_gigabytes = 200, replicas = 0, dias_de_copias = 7 }
  redis          = { classe = "cache.t4g.small", fragmentos = 1, replicas = 1 }
  rabbitmq       = { classe = "mq.t3.micro", nos = "SINGLE_INSTANCE" }
}
