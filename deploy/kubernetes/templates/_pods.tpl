{{/* What all our pods have in common. */}}

{{- define "gongzhi.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user | default 10001 }}
  runAsGroup: {{ .user | default 10001 }}
  fsGroup: {{ .user | default 10001 }}
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "gongzhi.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "gongzhi.selector" . | nindent 8 }}
{{- end }}

{{- define "gongzhi.confined" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "gongzhi.ours" -}}
image: {{ include "gongzhi.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{ include "gongzhi.confined" . }}
{{- end }}

{{/* A new pod when a setting changes: pods read a ConfigMap once. */}}
{{- define "gongzhi.settled" -}}
gongzhi/settings: {{ include "gongzhi.settings" .root | sha256sum }}
{{- end }}
