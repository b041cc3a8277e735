/** One example for each part of a service file. Together they are a file that Tocsin takes: a test holds them to that. */
export const SERVICE_EXAMPLES: Readonly<Record<string, string>> = {
  links: `
links:
  - { label: Dashboard, url: "https://grafana.example.com/d/checkout" }
`,
  environments: `
environments:
  prod:
    region: eu-central-1
    prometheus: \${CHECKOUT_PROMETHEUS_URL} # from the environment of the process
    mlflow: http://mlflow:5000
    values: { endpoint: checkout-prod, api: "https://checkout.example.com" } # what {endpoint} and {api} stand for
    links:
      - { label: Endpoint, url: "https://console.example.com/endpoints/checkout-prod" }
  staging:
    region: eu-central-1
    prometheus: http://prometheus.staging:9090
    mlflow: http://mlflow:5000
    values: { endpoint: checkout-staging, api: "https://checkout.staging.example.com" }
`,
  calendar: `
calendar: { zone: Europe/Berlin, from: "09:00", to: "18:00", holidays: [2026-12-25, 2026-12-26] }
`,
  severities: `
severities:
  P0: { means: Nobody can pay, answer_within: 15m }
  P1: { means: Some cannot pay, answer_within: 30m }
  P2: { means: Slow or doubtful, answer_within: 4h }
  P3: { means: Advice, answer_within: next business day }
`,
  roles: `
roles:
  on-call: { title: On-call engineer, rotation: first-line } # whoever has the turn when the page is sent
  ml-lead: { title: ML Lead, for: Drift and model quality, people: U0ANA }
  data-science: { title: Data science, group: S0DATA, alias: data-science }
`,
  rotations: `
rotations:
  first-line:
    title: First line of Checkout
    layers:
      # Nights and weekends go from person to person day by day. Where both layers have somebody, the first decides.
      - name: office
        members: [U0ANA, U0BEN, { person: U0CAT, from: 2026-12-21 }]
        every: weekly
        start: 2026-11-23
        day: mon
        hours: [{ days: [mon, tue, wed, thu, fri], from: "09:00", to: "18:00" }]
      - { name: otherwise, members: [U0DAN, U0EVE], every: daily, start: 2026-11-22, at: "09:00" }
`,
  escalation: `
escalation:
  paths:
    - name: page
      for: { severity: [P0, P1] }
      steps:
        - { level: L1, notify: on-call, via: [dm, mention] }
        - { level: L1, after: 15m, notify: on-call, via: [sms, mention], when: { severity: P0 } }
        - { level: L2, after: 30m, notify: ml-lead }
        - { level: L3, after: 60m, notify: all stakeholders, until: resolved } # goes on after an acknowledgement
      end: { every: 30m, times: 3 } # then the last ones again, and the channel
    - name: drift
      for: { severity: P2, class: [drift, model-quality] }
      steps:
        - { level: L1, notify: data-science, when: { hours: working } }
      end: nothing
    - name: errors # a value decides when, whatever the severity
      for: { rule: server-errors }
      steps:
        - level: L2
          notify: ml-lead
          when: { value: { query: error-rate, above: 5, for: 10m } }
          until: { query: error-rate, at_most: 1, for: 5m }
      end: nothing
  progress: { ask_after: { P0: 30m, P1: 1h }, answer_within: 10m } # asks whoever has acknowledged how it goes
`,
  alarms: `
alarms:
  # By name, and by a value that a query answers: how bad it is follows the error rate.
  - id: server-errors
    match: checkout-prod-5xx
    severity: P2 # until the value is known
    title: Checkout answers with server errors
    runbook: server-errors
    evidence: [error-rate, newest-errors]
    grades:
      value: { query: error-rate }
      steps:
        - { above: 1, severity: P2 }
        - { above: 5, severity: P1, advice: Roll back the last release }
      otherwise: P3
  # By labels, from one source; the rule of the sender adds the value and its baseline as annotations.
  - id: accuracy
    match: ModelAccuracyLow
    when: { source: alertmanager, labels: { team: payments } }
    severity: P2
    class: model-quality
    environment: { from: stage } # the value of this label is the environment
    grades:
      value: { annotation: value }
      relative_to: { annotation: baseline }
      steps:
        - { below: -5, severity: P2, advice: Plan a retrain, due: 3d }
        - { below: -10, severity: P1, advice: Retrain today }
  # By a dimension of the metric.
  - id: endpoint
    match: checkout-*
    when: { namespace: AWS/SageMaker }
    severity: P2
    environment: { from: EndpointName, values: { checkout-staging*: staging }, otherwise: prod }
    page: working_hours
`,
  queries: `
queries:
  error-rate:
    label: Error rate
    unit: Percent
    expect: { at_most: 1 } # then the answer is well
    cloudwatch:
      metrics:
        errors: { namespace: AWS/SageMaker, metric: Invocation5XXErrors, dimensions: { EndpointName: "{endpoint}" }, stat: Sum, period: 5m }
        all: { namespace: AWS/SageMaker, metric: Invocations, dimensions: { EndpointName: "{endpoint}" }, stat: Sum, period: 5m }
      expression: 100 * errors / all
  drift: { label: PSI of the worst feature, expect: { below: 0.2 }, prometheus: max(data_drift_psi) }
  newest-errors: { logs: { groups: [/aws/lambda/checkout], query: filter @message like /ERROR/ | limit 10 } }
  health: { label: API, http: { url: "{api}/healthz", pick: status }, expect: { equals: ok } }
  live-model: { label: Model that serves, mlflow: { model: fraud, alias: champion } }
  endpoint-status: { label: Endpoint, endpoint: "{endpoint}" }
  newest-batch: { label: Newest batch, s3: { bucket: checkout-data, prefix: silver/ } }
  schedule: { label: Schedule of ingestion, schedule: { rule: checkout-ingest } }
`,
  evidence: `
evidence: { show: [error-rate, live-model], graph: error-rate, look_back: 6h }
`,
  actions: `
actions:
  restart:
    title: Restart the API
    environments: [prod]
    webhook: { url: "https://hooks.example.com/restart", body: { restart: api }, secret: "\${CHECKOUT_HOOK_SECRET}" }
    verify: { queries: [health], within: 10m }
`,
  autopilot: `
autopilot:
  - name: restart-after-errors
    when: { severity: P1, for: 5m }
    guards: [{ query: error-rate, above: 5 }]
    action: restart
`,
  runbooks: `
runbooks:
  server-errors:
    title: Checkout answers with server errors
    url: https://wiki.example.com/checkout/5xx
    causes:
      - { cause: A release, cure: Roll back }
      - { cause: The database refuses connections, cure: Restart the pool }
    steps:
      - { id: health, check: Does the API answer?, query: health, phase: "0–5 min" }
      - { id: releases, do: Look at the last releases, phase: "0–5 min" }
      - id: logs
        do: Read the last lines
        phase: "5–15 min"
        command: { prod: kubectl logs deployment/checkout --tail 100, staging: docker compose logs --tail 100 api }
`,
  signals: `
signals:
  - { name: nightly-drift-report, every: 24h, grace: 1h, severity: P2, class: drift, runbook: server-errors }
`,
  recovery: `
recovery: { end: ask, watch: 15m }
`,
};
