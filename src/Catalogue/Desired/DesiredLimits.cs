namespace ExpertCluster.Catalogue.Desired;

/// <summary>Bounds of what the API can ask for.</summary>
public static class DesiredLimits
{
    /// <summary>Changes that are remembered.</summary>
    public const int Changes = 1_000;

    /// <summary>Examples of one expert.</summary>
    public const int Examples = 1_000;

    /// <summary>Of the state as it is stored: it is written whole with each change.</summary>
    public const int Bytes = 8 << 20;

    /// <summary>Of a caller's own words about a change.</summary>
    public const int ReasonLength = 256;

    /// <summary>Of what a record says of a change.</summary>
    public const int DetailsLength = 512;

    /// <summary>Lessons of one gate; the oldest go.</summary>
    public const int Lessons = 2_000;

    /// <summary>UTF-16 units of a lesson.</summary>
    public const int LessonLength = CatalogueLimits.TextLength;

    /// <summary>UTF-16 units of all lessons of one gate; the oldest go. A state has three gates, and the longest way to write a unit takes six bytes.</summary>
    public const int LessonsLength = 1 << 18;

    /// <summary>Hosts that are told to drain.</summary>
    public const int DrainedHosts = 1_000;
}
