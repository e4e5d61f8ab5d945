namespace ExpertCluster.Router.Resumption;

/// <summary>Behind which event, or which byte, a reader goes on.</summary>
/// <param name="Count">Events, or bytes, that it has.</param>
/// <param name="InBytes">Which.</param>
/// <param name="Field">As the caller wrote it, for messages.</param>
internal readonly record struct StreamPlace(long Count, bool InBytes, string Field)
{
    public static readonly StreamPlace Start = new(0, false, "");
}
