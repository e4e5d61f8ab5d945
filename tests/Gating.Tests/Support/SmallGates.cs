using ExpertCluster.Learning;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Support;

/// <summary>The gates of <see cref="SmallWorld"/>, trained once for a test class.</summary>
public sealed class SmallGates : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallGates() => GateTrainer.Train(SmallWorld.Set(), Directory, SmallWorld.Options);

    public string Directory => _folder["gates"];

    public void Dispose() => _folder.Dispose();
}
