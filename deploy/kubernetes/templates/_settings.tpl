{{/* The settings of our processes: one table, a ConfigMap of it for what runs, lines of it for the Jobs before. */}}

{{- define "gongzhi.settings" -}}
GONGZHI_ENVIRONMENT: production
GONGZHI_TENANT: {{ .Values.tenant | quote }}
GONGZHI_LOG_LEVEL: {{ .Values.logLevel | quote }}
GONGZHI_LOG_FORMAT: json
GONGZHI_IDENTITY_ISSUER: {{ .Values.identity.issuer | quote }}
GONGZHI_IDENTITY_AUDIENCE: {{ .Values.identity.audience | quote }}
GONGZHI_IDENTITY_MOST_DELEGATION_DAYS: {{ .Values.identity.mostDelegationDays | quote }}
GONGZHI_IDENTITY_JWKS_URL: {{ .Values.identity.jwksUrl | quote }}
GONGZHI_SEAL_ALGORITHM: {{ .Values.sealAlgorithm | quote }}
GONGZHI_BUS: kafka
GONGZHI_KAFKA_SERVERS: {{ .Values.kafka.servers | quote }}
{{- end }}

{{- define "gongzhi.setting-lines" -}}
{{- range $name, $value := include "gongzhi.settings" . | fromYaml }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{/* (dict "name" VARIABLE "secret" SECRET), the key of the secret being the variable's name. */}}
{{- define "gongzhi.secret" -}}
- name: {{ .name }}
  valueFrom: {secretKeyRef: {name: {{ .secret }}, key: {{ .name }}}}
{{- end }}

{{- define "gongzhi.keys" -}}
{{- $secret := .Values.secrets.services }}
{{- range list "GONGZHI_CURSOR_KEY" "GONGZHI_BLIND_INDEX_KEY" "GONGZHI_SEAL_KEYS" }}
{{ include "gongzhi.secret" (dict "name" . "secret" $secret) }}
{{- end }}
{{- end }}

{{/* Where a process of a service answers Prometheus and the kubelet. */}}
{{- define "gongzhi.metrics" -}}
- {name: GONGZHI_METRICS_HOST, value: 0.0.0.0}
- {name: GONGZHI_METRICS_PORT, value: "9464"}
{{- end }}

{{/* A service logs in as itself: no process is told the password of another. */}}
{{- define "gongzhi.login" -}}
{{- $role := .service | replace "-" "_" }}
{{- $password := printf "%s_PASSWORD" ($role | upper) }}
{{ include "gongzhi.secret" (dict "name" $password "secret" .root.Values.secrets.services) }}
- name: GONGZHI_DATABASE_URL
  value: postgresql://{{ $role }}:$({{ $password }})@{{ include "gongzhi.database" .root }}
{{- end }}

{{- define "gongzhi.database" -}}
{{ .Values.database.host }}:{{ .Values.database.port }}/{{ .Values.database.name }}
{{- end }}
