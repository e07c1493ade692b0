{{/* Every part takes (dict "root" $ "component" "api" "service" "exchange"); a component without a service leaves it out. */}}

{{- define "gongzhi.name" -}}
{{- if .service }}{{ .root.Release.Name }}-{{ .service }}-{{ .component }}{{ else }}{{ .root.Release.Name }}-{{ .component }}{{ end }}
{{- end }}

{{- define "gongzhi.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- if .service }}
gongzhi/service: {{ .service }}
{{- end }}
{{- end }}

{{- define "gongzhi.labels" -}}
{{ include "gongzhi.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "gongzhi.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
