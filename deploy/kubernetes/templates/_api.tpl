{{/* The HTTP processes of a service: (dict "root" $ "service" NAME "component" "api" "size" SIZES "database" true). */}}

{{- define "gongzhi.api" -}}
{{- $health := ternary (printf "/api/%s/health/ready" .service) "/health/ready" .database }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "gongzhi.name" . }}
  labels: {{- include "gongzhi.labels" . | nindent 4 }}
spec:
  # The number is the autoscaler's.
  selector:
    matchLabels: {{- include "gongzhi.selector" . | nindent 6 }}
  strategy:
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
  template:
    metadata:
      labels: {{- include "gongzhi.labels" . | nindent 8 }}
      annotations: {{- include "gongzhi.settled" . | nindent 8 }}
    spec: {{- include "gongzhi.pod" . | nindent 6 }}
      {{- include "gongzhi.spread" . | nindent 6 }}
      terminationGracePeriodSeconds: 30
      containers:
        - name: api
          {{- include "gongzhi.ours" . | nindent 10 }}
          command: [python, -m, onebox.one_service, serve, {{ .service }}, --host, 0.0.0.0, --port, "8000"]
          envFrom:
            - configMapRef: {name: {{ .root.Release.Name }}-settings}
          {{- if .database }}
          env:
            {{- include "gongzhi.keys" .root | nindent 12 }}
            {{- include "gongzhi.login" . | nindent 12 }}
            {{- include "gongzhi.metrics" . | nindent 12 }}
          {{- end }}
          ports:
            - {name: http, containerPort: 8000}
            {{- if .database }}
            - {name: metrics, containerPort: 9464}
            {{- end }}
          startupProbe:
            httpGet: {path: {{ $health }}, port: http}
            periodSeconds: 2
            failureThreshold: 60
          readinessProbe:
            httpGet: {path: {{ $health }}, port: http}
            periodSeconds: 5
            timeoutSeconds: 3
          # Not its readiness: a database that is away is no reason to start the process anew.
          livenessProbe:
            tcpSocket: {port: http}
            periodSeconds: 15
            timeoutSeconds: 5
          lifecycle:
            # Until every edge has heard that it goes.
            preStop: {exec: {command: [sleep, "5"]}}
          resources: {{- toYaml .size.resources | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
      volumes:
        - {name: tmp, emptyDir: {sizeLimit: 64Mi}}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "gongzhi.name" . }}
  labels: {{- include "gongzhi.labels" . | nindent 4 }}
spec:
  {{- if .root.Values.edge.resolver }}
  # The edge looks every process up, and checks each by itself.
  clusterIP: None
  {{- end }}
  selector: {{- include "gongzhi.selector" . | nindent 4 }}
  ports:
    - {name: http, port: 8000, targetPort: http}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "gongzhi.name" . }}
  labels: {{- include "gongzhi.labels" . | nindent 4 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ include "gongzhi.name" . }}}
  minReplicas: {{ .size.minReplicas }}
  maxReplicas: {{ .size.maxReplicas }}
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: {{ .size.cpuPercent }}}}
---
{{ include "gongzhi.budget" . }}
{{- end }}

{{- define "gongzhi.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "gongzhi.name" . }}
  labels: {{- include "gongzhi.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "gongzhi.selector" . | nindent 6 }}
{{- end }}
