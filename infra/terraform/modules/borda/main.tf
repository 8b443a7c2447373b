# CloudFront com WAF diante do balanceador que o Ingress cria; o site estático num bucket que só ele lê.
# O WAF e o certificado do CloudFront são de us-east-1: o provedor aws.global.
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100", configuration_aliases = [aws.global] }
  }
}

variable "nome" {
  type = string
}

variable "dominio" {
  type = string
}

variable "zona_dns" {
  description = "Id da zona do Route 53"
  type        = string
}

variable "origem" {
  description = "Nome do balanceador do Ingress"
  type        = string
}

variable "registros" {
  description = "Bucket dos registros de acesso (domínio)"
  type        = string
}

variable "pedidos_por_5_minutos" {
  description = "De um endereço, antes que o WAF o recuse por um tempo"
  type        = number
  default     = 2000
}

resource "aws_acm_certificate" "este" {
  provider          = aws.global
  domain_name       = var.dominio
  validation_method = "DNS"
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validacao" {
  for_each = { for opcao in aws_acm_certificate.este.domain_validation_options : opcao.domain_name => opcao }
  zone_id  = var.zona_dns
  name     = each.value.resource_record_name
  type     = each.value.resource_record_type
  records  = [each.value.resource_record_value]
  ttl      = 300
}

resource "aws_acm_certificate_validation" "este" {
  provider                = aws.global
  certificate_arn         = aws_acm_certificate.este.arn
  validation_record_fqdns = [for registro in aws_route53_record.validacao : registro.fqdn]
}

resource "aws_wafv2_web_acl" "este" {
  provider = aws.global
  name     = var.nome
  scope    = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "ritmo"
    priority = 0
    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit              = var.pedidos_por_5_minutos
        aggregate_key_type = "IP"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.nome}-ritmo"
      sampled_requests_enabled   = false
    }
  }

  dynamic "rule" {
    for_each = ["AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesSQLiRuleSet"]
    content {
      name     = rule.value
      priority = rule.key + 1
      override_action {
        none {}
      }
      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.nome}-${rule.value}"
        sampled_requests_enabled   = false
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.nome
    sampled_requests_enabled   = false
  }
}

resource "aws_cloudfront_response_headers_policy" "este" {
  name = var.nome
  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 63072000
      include_subdomains         = true
      preload                    = true
      override                   = true
    }
    content_type_options {
      override = true
    }
  }
}

data "aws_cloudfront_cache_policy" "pela_origem" {
  name = "UseOriginCacheControlHeaders-QueryStrings"
}

data "aws_cloudfront_origin_request_policy" "tudo" {
  name = "Managed-AllViewer"
}

resource "aws_cloudfront_distribution" "este" {
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  aliases         = [var.dominio]
  web_acl_id      = aws_wafv2_web_acl.este.arn
  price_class     = "PriceClass_All"

  origin {
    origin_id   = "gateway"
    domain_name = var.origem
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id           = "gateway"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.pela_origem.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.tudo.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.este.id
  }

  logging_config {
    bucket          = var.registros
    prefix          = "cloudfront/"
    include_cookies = false
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.este.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_route53_record" "este" {
  for_each = toset(["A", "AAAA"])
  zone_id  = var.zona_dns
  name     = var.dominio
  type     = each.key
  alias {
    name                   = aws_cloudfront_distribution.este.domain_name
    zone_id                = aws_cloudfront_distribution.este.hosted_zone_id
    evaluate_target_health = false
  }
}
