# Com provedores de mentira: as formas são as do esquema da AWS; os valores que ela daria, não.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}
mock_provider "aws" {
  alias = "global"
}
mock_provider "aws" {
  alias = "longe"
}

variables {
  dominio   = "reservas.exemplo.com"
  zona_dns  = "Z0123456789"
  origem    = "gateway.exemplo.com"
  registros = "registros.s3.amazonaws.com"
  senhas    = { redis = "uma-senha-de-teste-de-redis", rabbitmq = "uma-senha-de-teste-de-rabbitmq" }
}

run "os_dados" {
  command = plan
  module {
    source = "../../modules/dados"
  }
  variables {
    nome             = "plataforma-producao"
    vpc              = "vpc-1"
    subredes         = ["subnet-1", "subnet-2", "subnet-3"]
    grupo_do_cluster = "sg-1"
    chave_kms        = "arn:aws:kms:sa-east-1:123456789012:key/1"
    avisos           = "arn:aws:sns:sa-east-1:123456789012:avisos"
    protegido        = true
    postgres         = { classe = "db.r6g.xlarge", gigabytes = 500, maximo_gigabytes = 2000, replicas = 2, dias_de_copias = 35 }
    redis            = { classe = "cache.r6g.large", fragmentos = 3, replicas = 1 }
    rabbitmq         = { classe = "mq.m5.large", nos = "CLUSTER_MULTI_AZ" }
  }
  assert {
    condition     = aws_db_instance.principal.multi_az && aws_db_instance.principal.storage_encrypted && aws_db_instance.principal.deletion_protection
    error_message = "O banco de produção está em várias zonas, cifrado e protegido."
  }
  assert {
    condition     = !aws_db_instance.principal.publicly_accessible && !aws_mq_broker.este.publicly_accessible
    error_message = "Nada de dados é público."
  }
  assert {
    condition     = length(aws_db_instance.replica) == 2 && aws_elasticache_replication_group.este.transit_encryption_enabled
    error_message = "Duas réplicas, e o Redis com TLS."
  }
}

run "copias_de_menos" {
  command = plan
  module {
    source = "../../modules/dados"
  }
  variables {
    nome             = "plataforma-producao"
    vpc              = "vpc-1"
    subredes         = ["subnet-1", "subnet-2"]
    grupo_do_cluster = "sg-1"
    chave_kms        = "arn:aws:kms:sa-east-1:123456789012:key/1"
    avisos           = "arn:aws:sns:sa-east-1:123456789012:avisos"
    protegido        = true
    postgres         = { classe = "db.r6g.xlarge", gigabytes = 500, maximo_gigabytes = 2000, replicas = 2, dias_de_copias = 1 }
    redis            = { classe = "cache.r6g.large", fragmentos = 3, replicas = 1 }
    rabbitmq         = { classe = "mq.m5.large", nos = "CLUSTER_MULTI_AZ" }
  }
  expect_failures = [var.postgres]
}

run "uma_zona_so" {
  command = plan
  module {
    source = "../../modules/rede"
  }
  variables {
    nome           = "plataforma-producao"
    faixa          = "10.30.0.0/16"
    zonas          = ["sa-east-1a"]
    saida_por_zona = true
    chave_kms      = "arn:aws:kms:sa-east-1:123456789012:key/1"
  }
  expect_failures = [var.zonas]
}

run "um_segredo_por_aplicacao" {
  command = plan
  module {
    source = "../../modules/operacao"
  }
  providers = {
    aws       = aws
    aws.longe = aws.longe
  }
  variables {
    nome             = "plataforma-producao"
    prefixo_segredos = "plataforma/producao"
    aplicacoes       = ["auth", "auth-migracao"]
    dias_de_copias   = 35
  }
  assert {
    condition     = aws_secretsmanager_secret.este["auth-migracao"].name == "plataforma/producao/auth-migracao"
    error_message = "O nome é o que o chart procura."
  }
}
