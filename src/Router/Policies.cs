using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Apis.Encoders;
using ExpertCluster.Router.Apis.ExtProc;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.Router.Apis.KServe;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.OpenApi;
using ExpertCluster.Router.Apis.Responses;
using ExpertCluster.Router.Apis.Streams;
using ExpertCluster.Router.Apis.Vllm;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Merging.Cascades;
using ExpertCluster.Router.Merging.Sections;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Selection;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router;

/// <summary>What comes in several kinds, each found by its name. One of your own is one more line, in a program of your own.</summary>
internal static class Policies
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton(typeof(PolicySet<>));
        services.AddSingleton<IGateKind, NgramGateKind>();
        services.AddSingleton<IMergePolicy, RoutePolicy>();
        services.AddSingleton<IMergePolicy, MixPolicy>();
        services.AddSingleton<IMergePolicy, EnsemblePolicy>();
        services.AddSingleton<IMergePolicy, FusionPolicy>();
        services.AddSingleton<IMergePolicy, CascadePolicy>();
        services.AddSingleton<IMergePolicy, SectionsPolicy>();
        services.AddSingleton<IHostFilter, BaseFilter>();
        services.AddSingleton<IHostFilter, OpenFilter>();
        services.AddSingleton<IHostFilter, LabelFilter>();
        services.AddSingleton<IHostFilter, AnsweringFilter>();
        services.AddSingleton<IHostFilter, UncrowdedFilter>();
        services.AddSingleton<IHostScorer, WarmScorer>();
        services.AddSingleton<IHostScorer, PromptScorer>();
        services.AddSingleton<IHostScorer, LoadScorer>();
        services.AddSingleton<IHostPicker, BestPicker>();
        services.AddSingleton<IHostPicker, DrawPicker>();
        services.AddSingleton<IBackend, HostBackend>();
        services.AddSingleton<IBackend, RemoteBackend>();
        services.AddSingleton<IBackend, CascadeBackend>();
        services.AddSingleton<IBackend, SectionsBackend>();
        services.AddSingleton(provider => new BackendSet(provider.GetServices<IBackend>));
        services.AddSingleton<IToolParser, HermesParser>();
        services.AddSingleton<IToolParser, LlamaJsonParser>();
        services.AddSingleton<IToolParser, MistralParser>();
        services.AddSingleton<IApi, GrpcApi>();
        services.AddSingleton<IApi, OpenAiApi>();
        services.AddSingleton<IApi, ResponsesApi>();
        services.AddSingleton<IApi, AnthropicApi>();
        services.AddSingleton<IApi, StreamsApi>();
        services.AddSingleton<IApi, StreamListApi>();
        services.AddSingleton<IApi, AdminApi>();
        services.AddSingleton<IApi, LoraApi>();
        services.AddSingleton<IApi, TokenizeApi>();
        services.AddSingleton<IApi, ClassifyApi>();
        services.AddSingleton<IApi, EncodersGrpcApi>();
        services.AddSingleton<IApi, EmbeddingsApi>();
        services.AddSingleton<IApi, ScoreApi>();
        services.AddSingleton<IApi, RerankApi>();
        services.AddSingleton<IApi, ServerApi>();
        services.AddSingleton<IApi, OpenApiApi>();
        services.AddSingleton<IApi, ExtProcApi>();
        services.AddSingleton<IApi, KServeApi>();
        services.AddSingleton<IApi, KServeRepositoryApi>();
    }

    /// <summary>The kind of gate that options name.</summary>
    /// <exception cref="SetupException">There is none of that name.</exception>
    public static IGateKind GateOf(PolicySet<IGateKind> kinds, PolicyOptions options) =>
        kinds.Require(options.Gate, PolicyOptions.NameOf(nameof(PolicyOptions.Gate)));
}
