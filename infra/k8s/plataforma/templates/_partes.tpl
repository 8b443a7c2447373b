{{- define "aplicacoes" -}}
{{- .Files.Get "aplicacoes.json" -}}
{{- end -}}

{{- define "rotulos" -}}
app.kubernetes.io/name: {{ .app.name }}
app.kubernetes.io/part-of: plataforma-de-reservas
app.kubernetes.io/managed-by: {{ .raiz.Release.Service }}
app.kubernetes.io/version: {{ .raiz.Values.imagens.marca | default .raiz.Chart.AppVersion | quote }}
{{- end -}}

{{- define "imagem" -}}
{{- $i := .raiz.Values.imagens -}}
{{- with index $i.resumos .app.name -}}
{{ $i.repositorio }}/{{ $.app.name }}@{{ . }}
{{- else -}}
{{ $i.repositorio }}/{{ .app.name }}:{{ $i.marca | default .raiz.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Os ajustes de uma aplicação: os comuns que ela tem, e os seus; um nome desconhecido não passa. */}}
{{- define "ajustes" -}}
{{- $app := .app -}}
{{- $todos := dict -}}
{{- $conhecidos := list -}}
{{- range (fromJson (include "aplicacoes" .raiz)).aplicacoes -}}{{- $conhecidos = concat $conhecidos .settings -}}{{- end -}}
{{- range $nome, $valor := .raiz.Values.ajustes -}}
{{- if not (has $nome $conhecidos) -}}{{- fail (printf "nenhuma aplicação tem o ajuste %s" $nome) -}}{{- end -}}
{{- if has $nome $app.settings -}}{{- $_ := set $todos $nome $valor -}}{{- end -}}
{{- end -}}
{{- range $nome, $valor := (index .raiz.Values.ajustesDe .app.name | default dict) -}}
{{- if not (has $nome $app.settings) -}}{{- fail (printf "%s não tem o ajuste %s" $app.name $nome) -}}{{- end -}}
{{- $_ := set $todos $nome $valor -}}
{{- end -}}
{{- if and (has "SITE_URL" $app.settings) (not (hasKey $todos "SITE_URL")) -}}{{- $_ := set $todos "SITE_URL" .raiz.Values.site -}}{{- end -}}
{{- with .raiz.Values.rastros -}}
{{- $_ := set $todos "OTEL_EXPORTER_OTLP_ENDPOINT" . -}}
{{- /* What is kept the collector decides, once a trace has ended: errors and what was slow, all of them. */ -}}
{{- if not (hasKey $todos "OTEL_TRACES_SAMPLER_ARG") -}}{{- $_ := set $todos "OTEL_TRACES_SAMPLER_ARG" "1" -}}{{- end -}}
{{- end -}}
{{- $_ := set $todos "SHUTDOWN_TIMEOUT_MS" .raiz.Values.encerramentoMs -}}
{{- toJson $todos -}}
{{- end -}}

{{- define "segredos" -}}
{{- $segredos := concat .app.secrets.required (index .raiz.Values.segredos.opcionais .app.name | default list) -}}
{{- $app := .app -}}
{{- range $segredos -}}
{{- if not (has . (concat $app.secrets.required $app.secrets.optional)) -}}{{- fail (printf "%s não tem o segredo %s" $app.name .) -}}{{- end -}}
{{- end -}}
{{- toJson (dict "nomes" $segredos) -}}
{{- end -}}

{{- define "pod" -}}
{{- $segredos := (fromJson (include "segredos" .)).nomes -}}
metadata:
  labels:
    {{- include "rotulos" . | nindent 4 }}
  annotations:
    # O que muda nos ajustes troca os pods.
    ajustes/sha256: {{ include "ajustes" . | sha256sum | trunc 16 }}
spec:
  serviceAccountName: {{ .app.name }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ add .raiz.Values.drenagemSegundos (div .raiz.Values.encerramentoMs 1000) 10 }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    seccompProfile: { type: RuntimeDefault }
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector: { matchLabels: { app.kubernetes.io/name: {{ $.app.name }} } }
    {{- end }}
  containers:
    - name: aplicacao
      image: {{ include "imagem" . }}
      imagePullPolicy: {{ .raiz.Values.imagens.politica }}
      ports: [{ name: http, containerPort: {{ .app.port }} }]
      env:
        - { name: PORT, value: {{ .app.port | quote }} }
        - { name: HOST, value: 0.0.0.0 }
        - { name: NODE_ENV, value: production }
        - { name: JWT_ISSUER, value: {{ .raiz.Values.emissor | quote }} }
        - { name: JWT_AUDIENCE, value: plataforma-de-reservas }
        {{- range $nome, $alvo := .app.calls }}
        - { name: {{ $nome }}, value: "http://{{ $alvo }}:{{ include "porta" (dict "raiz" $.raiz "nome" $alvo) }}{{ eq $nome "JWKS_URL" | ternary "/.well-known/jwks.json" "" }}" }
        {{- end }}
        {{- range $nome, $valor := fromJson (include "ajustes" .) }}
        - { name: {{ $nome }}, value: {{ $valor | toString | quote }} }
        {{- end }}
        {{- range $segredos }}
        - { name: {{ . }}_FILE, value: /var/run/segredos/{{ . }} }
        {{- end }}
      # Começar pode demorar; viver não depende de ninguém; estar pronta, sim.
      startupProbe: { httpGet: { path: /health, port: http }, periodSeconds: 2, failureThreshold: 60, timeoutSeconds: 2 }
      livenessProbe: { httpGet: { path: /health, port: http }, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 2 }
      readinessProbe: { httpGet: { path: /health/ready, port: http }, periodSeconds: 5, failureThreshold: 2, timeoutSeconds: 4 }
      lifecycle: { preStop: { sleep: { seconds: {{ .raiz.Values.drenagemSegundos }} } } }
      resources: {{- toYaml .raiz.Values.recursos | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- if $segredos }}
        - { name: segredos, mountPath: /var/run/segredos, readOnly: true }
        {{- end }}
  volumes:
    - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
    {{- if $segredos }}
    - name: segredos
      secret: { secretName: {{ .app.name }}, defaultMode: 0440 }
    {{- end }}
{{- end -}}

{{- define "porta" -}}
{{- $nome := .nome -}}
{{- range (fromJson (include "aplicacoes" .raiz)).aplicacoes -}}{{- if eq .name $nome -}}{{ .port }}{{- end -}}{{- end -}}
{{- end -}}
