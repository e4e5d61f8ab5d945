namespace ExpertCluster.Learning;

/// <summary>Which examples are held out of which training, so that each is judged by a gate that never saw it.</summary>
internal static class Folds
{
    /// <summary>The fold that holds nothing out.</summary>
    public const int None = -1;

    private const int Usual = 5;

    /// <summary>With more classes there are samples enough in one of the folds.</summary>
    private const int ManyClasses = 64;

    /// <summary>How many trainings are made to hold examples out of.</summary>
    public static int Of(int classes) => classes > ManyClasses ? 1 : Usual;

    /// <summary>A single example is never held out: nothing would be left of its class.</summary>
    public static bool IsHeld(int index, int fold, int folds, int count) => fold != None && count > 1 && index % Usual == fold && fold < folds;
}
