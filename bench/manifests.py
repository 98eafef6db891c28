"""The texts of which a generated mesh is made, as str.format templates; `mark` ends the line of a defect."""

MESH = """apiVersion: v1
kind: Namespace
metadata:
  name: istio-ingress
  labels:
    istio-injection: enabled
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ingress
  namespace: istio-ingress
spec:
  selector:
    matchLabels: {istio: ingress}
  template:
    metadata:
      labels: {istio: ingress}
    spec:
      containers:
      - name: istio-proxy
        image: docker.io/istio/proxyv2:1.29.1
        resources:
          requests: {cpu: 500m, memory: 256Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: ingress
  namespace: istio-ingress
spec:
  selector: {istio: ingress}
  ports:
  - {name: http2, port: 80, targetPort: 8080, protocol: TCP}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: public
  namespace: istio-ingress
spec:
  selector: {istio: ingress}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: ["*.shop.example"]
"""

NAMESPACE = """apiVersion: v1
kind: Namespace
metadata:
  name: {namespace}
  labels:
    istio-injection: enabled
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: {namespace}
spec:
  egress:
  - hosts:
    - ./*
    - istio-system/*
"""

WORKLOAD = """apiVersion: v1
kind: ServiceAccount
metadata:
  name: {name}
  namespace: {namespace}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: {namespace}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
        colour: blue
    spec:
      serviceAccountName: {name}
      containers:
      - name: server
        image: registry.example/{namespace}/{name}:2.7.1
        args: [--log-format, json]
        ports:
        - name: http
          containerPort: 8080
        - name: metrics
          containerPort: 9100
        env:
        - name: DATABASE_HOST
          value: database.{namespace}.internal
        - name: POD_NAME
          valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}
        readinessProbe: {{httpGet: {{path: /healthz/ready, port: http}}}}
        resources:
          requests: {{cpu: 250m, memory: {memory}Mi}}
          limits: {{memory: {memory}Mi}}
        livenessProbe:
          httpGet: {{path: /live, port: http}}
          periodSeconds: 10
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
spec:
  selector:
    app: {name}
  ports:
  - name: http
    port: 8080
    targetPort: http
    protocol: TCP
  - name: http-metrics
    port: 9100
    targetPort: metrics
    protocol: TCP
"""

ROUTING = """apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {name}
  namespace: {namespace}
spec:
  host: {name}.{namespace}.svc.cluster.local
  trafficPolicy:
    loadBalancer:
      simple: LEAST_REQUEST
    connectionPool:
      http:
        http2MaxRequests: 200
    outlierDetection:
      consecutiveGatewayErrors: 4
      baseEjectionTime: 45s
  subsets:
  - name: blue
    labels:
      colour: blue
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {name}{name_mark}
  namespace: {namespace}
spec:
  hosts:
  - {name}
{gateways}  http:
  - name: preview
    match:
    - headers:
        x-preview:
          exact: "on"
    route:
    - destination: {{{destination}}}{mark}
  - name: stable
    timeout: 5s
    retries:
      attempts: 2
      perTryTimeout: 2s
      retryOn: gateway-error,connect-failure
    route:
    - destination:
        host: {name}.{namespace}.svc.cluster.local
        subset: blue
        port:
          number: 8080
"""

POD = """apiVersion: v1
kind: Pod
metadata:
  name: {name}-5f7b9c6d84-{suffix}{mark}
  namespace: {namespace}
  labels:
    app: {name}
    colour: blue
    pod-template-hash: 5f7b9c6d84
  ownerReferences:
  - apiVersion: apps/v1
    kind: ReplicaSet
    name: {name}-5f7b9c6d84
    uid: 7d9b1a52-0000-4000-8000-{owner}
    controller: true
spec:
  serviceAccountName: {name}
  containers:
  - name: server
    image: registry.example/{namespace}/{name}:2.7.1
    ports:
    - name: http
      containerPort: 8080
    resources:
      requests: {{cpu: 250m, memory: 256Mi}}
{proxy}status:
  phase: Running
"""

PROXY = """  - name: istio-proxy
    image: docker.io/istio/proxyv2:1.29.1
    resources:
      requests: {cpu: 100m, memory: 128Mi}
      limits: {cpu: "2", memory: 1Gi}
"""

EDGE = """apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: {name}-backend
  namespace: {namespace}
spec:
  hosts:
  - {name}.backend.example
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
  - number: 80
    name: http
    protocol: HTTP
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {name}-edge
  namespace: {namespace}
spec:
  hosts:
  - {name}.shop.example
  gateways:
  - istio-ingress/public
  http:
  - match:
    - uri:
        prefix: /v1/
    route:
    - destination:
        host: {name}.backend.example
        port:
          number: 80
"""

EXTRA = {
    "twice": """apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {name}-copy{mark}
  namespace: {namespace}
spec:
  hosts:
  - {name}.{namespace}.svc.cluster.local
  http:
  - route:
    - destination:
        host: {name}
        subset: blue
        port:
          number: 8080
""",
    "rule": """apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {name}-renamed
  namespace: {namespace}
spec:
  host: {name}-before.{namespace}.svc.cluster.local{mark}
  trafficPolicy:
    connectionPool:
      http:
        http2MaxRequests: 200
""",
    "selector": """apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: {name}
  namespace: {namespace}
spec:
  workloadSelector:
    labels: {{app: {name}-before}}{mark}
  egress:
  - hosts:
    - ./*
""",
}
