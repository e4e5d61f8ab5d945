namespace ExpertCluster.Contracts.Completions;

/// <summary>Scopes as people write them, in requests, plans and metric labels.</summary>
public static class MergeScopes
{
    private const string Request = "request";
    private const string Token = "token";

    /// <summary>"unspecified" where there is none.</summary>
    public static string NameOf(MergeScope scope) => scope switch
    {
        MergeScope.Request => Request,
        MergeScope.Token => Token,
        _ => "unspecified",
    };

    /// <summary>Null for a word that is no scope.</summary>
    public static MergeScope? Parse(string name) => name switch
    {
        Request => MergeScope.Request,
        Token => MergeScope.Token,
        _ => null,
    };
}
