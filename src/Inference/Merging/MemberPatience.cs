namespace ExpertCluster.Inference.Merging;

/// <summary>How long a token waits for a member of its ensemble, once the engine's own part is there. Who is late is left out of that token.</summary>
/// <param name="First">For the first token: the member has the prompt to read before, and maybe an expert to load.</param>
/// <param name="Next">For each other.</param>
public readonly record struct MemberPatience(TimeSpan First, TimeSpan Next)
{
    public static readonly MemberPatience Default = new(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(250));
}
