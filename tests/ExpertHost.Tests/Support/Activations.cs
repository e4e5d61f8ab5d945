using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Text.Chat;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>Activations without a base, where none is asked for.</summary>
internal static class Activations
{
    public static ExpertActivation Of(string expert) => new(SmallModels.Expert(expert, adapter: null) with { Revision = "1" }, runtime: null!, adapter: null, FoundTemplate.None);
}
