namespace ExpertCluster.Node.Telemetry;

/// <summary>
/// Every metric name of the cluster, in one place. Ours carry the prefix expert_cluster_. vLLM's are registered with an
/// underscore behind the prefix, as the library takes no colon, and <see cref="MetricsEndpoint"/> writes them as vLLM does.
/// </summary>
public static class MetricNames
{
    public const string Requests = "expert_cluster_requests_total";
    public const string RequestsInFlight = "expert_cluster_requests_in_flight";
    public const string TokensByExpert = "expert_cluster_expert_tokens_total";
    public const string Plans = "expert_cluster_plans_total";
    public const string Fallbacks = "expert_cluster_fallbacks_total";
    public const string GateSeconds = "expert_cluster_gate_duration_seconds";
    public const string GateFailures = "expert_cluster_gate_failures_total";
    public const string GateTopScore = "expert_cluster_gate_top_score";
    public const string GateEntropy = "expert_cluster_gate_entropy_nats";
    public const string Feedback = "expert_cluster_feedback_total";
    public const string GatewayRequests = "expert_cluster_gateway_requests_total";
    public const string StreamResumes = "expert_cluster_stream_resumes_total";
    public const string DispatchRetries = "expert_cluster_dispatch_retries_total";
    public const string SuspectRequests = "expert_cluster_suspect_requests_total";
    public const string RefusedTexts = "expert_cluster_refused_texts";
    public const string Replans = "expert_cluster_replans_total";
    public const string ExpertUnavailable = "expert_cluster_expert_unavailable";
    public const string VersionRequests = "expert_cluster_version_requests_total";
    public const string VersionTimeToFirstToken = "expert_cluster_version_time_to_first_token_seconds";
    public const string VersionAnswerTokens = "expert_cluster_version_answer_tokens_total";
    public const string VersionAnswerSeconds = "expert_cluster_version_answer_seconds_total";
    public const string CanaryFallbacks = "expert_cluster_canary_fallbacks_total";
    public const string ShadowComparisons = "expert_cluster_shadow_comparisons_total";
    public const string VersionFeedback = "expert_cluster_version_feedback_total";
    public const string ShadowDrops = "expert_cluster_shadow_drops_total";
    public const string GatePlans = "expert_cluster_gate_plans_total";
    public const string GateFeedback = "expert_cluster_gate_feedback_total";
    public const string GateShadow = "expert_cluster_gate_shadow_total";
    public const string GateFallbacks = "expert_cluster_gate_fallbacks_total";
    public const string HeldStreams = "expert_cluster_held_streams";
    public const string HeldBytes = "expert_cluster_held_stream_bytes";
    public const string HeldComebacks = "expert_cluster_held_stream_comebacks_total";
    public const string HeldDrops = "expert_cluster_held_stream_drops_total";
    public const string HeldRelays = "expert_cluster_held_stream_relays_total";
    public const string ColdRequests = "expert_cluster_cold_requests_total";
    public const string ExpertLoaded = "expert_cluster_expert_loaded";
    public const string StepRows = "expert_cluster_step_rows";
    public const string StepSeconds = "expert_cluster_step_duration_seconds";
    public const string TlsCertificateExpiry = "expert_cluster_tls_certificate_expiry_timestamp_seconds";
    public const string TlsReloads = "expert_cluster_tls_reloads_total";
    public const string LogLinesDropped = "expert_cluster_log_lines_dropped_total";

    public const string AdaptersRegistered = "expert_cluster_adapters_registered";
    public const string AdaptersInRuntime = "expert_cluster_adapters_in_runtime";
    public const string AdapterHostBytes = "expert_cluster_adapter_host_bytes";
    public const string AdapterReads = "expert_cluster_adapter_reads_total";
    public const string AdapterEvictions = "expert_cluster_adapter_evictions_total";
    public const string KvBytes = "expert_cluster_kv_cache_bytes";
    public const string PrefixBytes = "expert_cluster_prefix_cache_bytes";

    public const string DeviceMemory = "expert_cluster_device_memory_bytes";
    public const string DeviceUse = "expert_cluster_device_utilization";

    public const string Contributions = "expert_cluster_contributions_total";
    public const string ContributorsLost = "expert_cluster_contributors_lost_total";
    public const string ContributionsMissed = "expert_cluster_contributions_missed_total";

    public const string RemoteCalls = "expert_cluster_remote_calls_total";
    public const string RemoteTokens = "expert_cluster_remote_tokens_total";
    public const string RemoteResting = "expert_cluster_remote_resting";

    public const string EncodedTexts = "expert_cluster_encoder_texts_total";
    public const string EncodedTokens = "expert_cluster_encoder_tokens_total";
    public const string EncodeSeconds = "expert_cluster_encoder_duration_seconds";

    public const string StructuredRequests = "expert_cluster_structured_requests_total";
    public const string StructureSeconds = "expert_cluster_structure_compile_duration_seconds";

    public const string KeeperPreparations = "expert_cluster_keeper_preparations_total";
    public const string KeeperPreparationSeconds = "expert_cluster_keeper_preparation_duration_seconds";
    public const string KeeperLastSuccess = "expert_cluster_keeper_last_success_timestamp_seconds";
    public const string KeeperFailing = "expert_cluster_keeper_failing";
    public const string KeeperPublications = "expert_cluster_keeper_publications_total";

    public const string SequencesPaused = "expert_cluster_sequences_paused";

    public const string Running = "vllm_num_requests_running";
    public const string Waiting = "vllm_num_requests_waiting";
    public const string CacheUsage = "vllm_kv_cache_usage_perc";
    public const string DraftTokens = "vllm_spec_decode_num_draft_tokens_total";
    public const string AcceptedDraftTokens = "vllm_spec_decode_num_accepted_tokens_total";
    public const string LoraRequests = "vllm_lora_requests_info";
    public const string PrefixQueries = "vllm_prefix_cache_queries_total";
    public const string PrefixHits = "vllm_prefix_cache_hits_total";
    public const string PromptTokens = "vllm_prompt_tokens_total";
    public const string GenerationTokens = "vllm_generation_tokens_total";
    public const string Success = "vllm_request_success_total";
    public const string TimeToFirstToken = "vllm_time_to_first_token_seconds";
    public const string InterTokenLatency = "vllm_inter_token_latency_seconds";
    public const string EndToEnd = "vllm_e2e_request_latency_seconds";
}
