using System.Runtime.CompilerServices;

namespace ExpertCluster.Drills.Support;

/// <summary>A drill that draws what happens: its time limit grows with the long form that is asked for (README).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DrawnFactAttribute : FactAttribute
{
    public DrawnFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        const int SecondsAKill = 30;
        const int SecondsAStart = 120;
        Timeout = DrillOptions.Patience((120.0 * DrillOptions.SoakMinutes) + (SecondsAKill * DrillOptions.Kills) + (SecondsAStart * DrillOptions.Starts));
    }
}
