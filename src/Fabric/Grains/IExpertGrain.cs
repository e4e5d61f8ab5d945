using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>
/// An expert on a host: activated there, where it keeps one revision of the expert warm, ready before anybody asks. Its key is
/// <see cref="ExpertKey"/>. Tokens never pass through it, and no request waits for it: a host serves what it has not kept warm, too.
/// </summary>
[Alias("expertcluster.IExpertGrain")]
public interface IExpertGrain : IGrainWithStringKey
{
    /// <summary>Reads the revision into memory, and keeps it there; another one that was kept goes.</summary>
    /// <param name="revision">Of the expert's content.</param>
    [Alias("Warm")]
    Task<ExpertState> WarmAsync(string revision);

    /// <summary>Keeps nothing any more. What runs ends in peace.</summary>
    [Alias("LetGo")]
    Task LetGoAsync();

    [Alias("GetState")]
    Task<ExpertState> GetStateAsync();
}
