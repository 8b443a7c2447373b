# O EKS e quem nele pode o quê: a API só por dentro, segredos cifrados, e cada conta de serviço com o seu papel.
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

variable "nome" {
  type = string
}

variable "versao" {
  description = "Do Kubernetes; 1.30 ou mais nova, que o chart exige"
  type        = string
}

variable "subredes" {
  type = list(string)
}

variable "chave_kms" {
  type = string
}

variable "maquinas" {
  type = object({ tipos = list(string), minimo = number, maximo = number })
}

variable "prefixo_segredos" {
  description = "O que o External Secrets pode ler: os segredos que começam assim"
  type        = string
}

data "aws_caller_identity" "esta" {}
data "aws_region" "esta" {}
data "aws_partition" "esta" {}

data "aws_iam_policy_document" "assume" {
  for_each = toset(["eks", "ec2"])
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "controle" {
  name               = "${var.nome}-controle"
  assume_role_policy = data.aws_iam_policy_document.assume["eks"].json
}

resource "aws_iam_role_policy_attachment" "controle" {
  role       = aws_iam_role.controle.name
  policy_arn = "arn:${data.aws_partition.esta.partition}:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_iam_role" "maquinas" {
  name               = "${var.nome}-maquinas"
  assume_role_policy = data.aws_iam_policy_document.assume["ec2"].json
}

resource "aws_iam_role_policy_attachment" "maquinas" {
  for_each   = toset(["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKS_CNI_Policy"])
  role       = aws_iam_role.maquinas.name
  policy_arn = "arn:${data.aws_partition.esta.partition}:iam::aws:policy/${each.key}"
}

resource "aws_eks_cluster" "este" {
  name                      = var.nome
  version                   = var.versao
  role_arn                  = aws_iam_role.controle.arn
  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  access_config {
    authentication_mode = "API"
  }

  vpc_config {
    subnet_ids              = var.subredes
    endpoint_private_access = true
    endpoint_public_access  = false
  }

  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = var.chave_kms
    }
  }

  depends_on = [aws_iam_role_policy_attachment.controle]
}

resource "aws_launch_template" "maquinas" {
  name_prefix = "${var.nome}-"
  metadata_options {
    # Um pod não alcança as credenciais da máquina: um salto só.
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 50
      volume_type = "gp3"
      encrypted   = true
    }
  }
}

resource "aws_eks_node_group" "este" {
  cluster_name    = aws_eks_cluster.este.name
  node_group_name = "geral"
  node_role_arn   = aws_iam_role.maquinas.arn
  subnet_ids      = var.subredes
  instance_types  = var.maquinas.tipos

  launch_template {
    id      = aws_launch_template.maquinas.id
    version = aws_launch_template.maquinas.latest_version
  }

  scaling_config {
    min_size     = var.maquinas.minimo
    max_size     = var.maquinas.maximo
    desired_size = var.maquinas.minimo
  }

  update_config {
    max_unavailable = 1
  }

  lifecycle {
    # Quem escala é o cluster.
    ignore_changes = [scaling_config[0].desired_size]
  }

  depends_on = [aws_iam_role_policy_attachment.maquinas]
}

resource "aws_eks_addon" "este" {
  for_each     = toset(["vpc-cni", "coredns", "kube-proxy", "eks-pod-identity-agent", "aws-ebs-csi-driver"])
  cluster_name = aws_eks_cluster.este.name
  addon_name   = each.key
  # A política de rede do chart vale só com isto.
  configuration_values = each.key == "vpc-cni" ? jsonencode({ enableNetworkPolicy = "true" }) : null
  depends_on           = [aws_eks_node_group.este]
}

# O External Secrets lê os segredos da plataforma, e mais nada; as aplicações não têm papel nenhum na AWS.
data "aws_iam_policy_document" "pod" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "ler_segredos" {
  statement {
    actions = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    resources = [
      "arn:${data.aws_partition.esta.partition}:secretsmanager:${data.aws_region.esta.name}:${data.aws_caller_identity.esta.account_id}:secret:${var.prefixo_segredos}/*",
    ]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [var.chave_kms]
  }
}

resource "aws_iam_role" "segredos" {
  name               = "${var.nome}-external-secrets"
  assume_role_policy = data.aws_iam_policy_document.pod.json
}

resource "aws_iam_role_policy" "segredos" {
  role   = aws_iam_role.segredos.id
  policy = data.aws_iam_policy_document.ler_segredos.json
}

resource "aws_eks_pod_identity_association" "segredos" {
  cluster_name    = aws_eks_cluster.este.name
  namespace       = "external-secrets"
  service_account = "external-secrets"
  role_arn        = aws_iam_role.segredos.arn
}

output "nome" {
  value = aws_eks_cluster.este.name
}

output "grupo" {
  value = aws_eks_cluster.este.vpc_config[0].cluster_security_group_id
}
