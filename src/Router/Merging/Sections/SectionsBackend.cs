using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends;

namespace ExpertCluster.Router.Merging.Sections;

/// <summary>Asks the plan's parts one behind the other, and gives their answers as one.</summary>
internal sealed class SectionsBackend(BackendSet backends) : IBackend
{
    public string Name => SectionsPolicy.Sections;

    public bool Serves(Plan plan) => plan.Merge == SectionsPolicy.Sections && plan.Parts.Count > 0;

    public async Task<IAnswerStream> OpenAsync(BackendCall call, CancellationToken cancellation) => await SectionStream.OpenAsync(backends, call, cancellation);
}
