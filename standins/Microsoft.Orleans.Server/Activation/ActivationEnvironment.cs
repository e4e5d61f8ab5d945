using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.OneMachine.Directory;
using Orleans.OneMachine.Invocation;
using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>What the activations of one silo share.</summary>
internal sealed class ActivationEnvironment(
    ILocalSiloDetails local,
    DirectoryClient directory,
    ReferenceFactory references,
    Lazy<IGrainRuntime> runtime,
    IServiceProvider services,
    IOptions<GrainCollectionOptions> collection,
    IOptions<SiloMessagingOptions> messaging,
    TimeProvider time,
    ILogger<GrainActivation> logger)
{
    private const int DefaultQueueLimit = 100_000;

    public SiloAddress Silo => local.SiloAddress;

    public DirectoryClient Directory => directory;

    public ReferenceFactory References => references;

    public IGrainRuntime Runtime => runtime.Value;

    public IServiceProvider Services => services;

    public GrainCollectionOptions Collection => collection.Value;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public int QueueLimit => messaging.Value.MaxEnqueuedRequestsHardLimit > 0 ? messaging.Value.MaxEnqueuedRequestsHardLimit : DefaultQueueLimit;
}
