namespace ExpertCluster.Contracts.Routing;

/// <summary>A model that somebody else serves, behind an endpoint of OpenAI's chat API. Immutable; equal ones share connections, breaker and budget.</summary>
public sealed record RemoteModel
{
    /// <summary>The API's root, as `https://HOST/v1`: http or https, without user, query or fragment.</summary>
    public required string Url { get; init; }

    /// <summary>What the endpoint calls the model.</summary>
    public required string Model { get; init; }

    /// <summary>The environment variable of routers that holds the key; empty: none does.</summary>
    public string KeyVariable { get; init; } = "";

    /// <summary>The file on routers' disks that holds the key, read again for each call, so that a new key needs no restart; empty: none does.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Until the first of an answer has come, all attempts together, 1 to <see cref="LongestSeconds"/>.</summary>
    public int FirstSeconds { get; init; } = 30;

    /// <summary>Between two parts of an answer, 1 to <see cref="LongestSeconds"/>.</summary>
    public int IdleSeconds { get; init; } = 30;

    /// <summary>How often the beginning of an answer is tried, 1 to <see cref="MostAttempts"/>.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Answers of one router at once, 1 to <see cref="MostAtOnce"/>.</summary>
    public int MaxConcurrent { get; init; } = 64;

    /// <summary>Tokens of prompts and answers that one router may spend in <see cref="BudgetHours"/>; 0: no such bound.</summary>
    public long BudgetTokens { get; init; }

    /// <summary>1 to <see cref="LongestBudgetHours"/>.</summary>
    public int BudgetHours { get; init; } = 24;

    public const int LongestSeconds = 3_600;
    public const int MostAttempts = 10;
    public const int MostAtOnce = 10_000;
    public const int LongestBudgetHours = 24 * 31;
    public const long MostBudgetTokens = 1_000_000_000_000;
}
