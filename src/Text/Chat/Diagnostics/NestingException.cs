namespace ExpertCluster.Text.Chat.Diagnostics;

/// <summary>
/// A template's tree gets deeper than what parses, evaluates and frees it by recursion can take. Only a parser sees it, which knows the place.
/// </summary>
internal sealed class NestingException() : Exception($"nested deeper than {Deepest}")
{
    /// <summary>Levels of blocks, and levels of an expression, however they come about: templates in use need about ten.</summary>
    public const int Deepest = 100;
}
