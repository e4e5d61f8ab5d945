using System.Globalization;
using Orleans.Metadata;

namespace Orleans.OneMachine.Manifest;

/// <summary>A grain class of this silo.</summary>
internal sealed record GrainClass(Type Type, GrainClassInfo Info)
{
    public bool IsReentrant => Info.Properties.ContainsKey(WellKnownGrainTypeProperties.Reentrant);

    /// <summary>The class's own idle limit; null: the silo's; infinite: never collected.</summary>
    public TimeSpan? IdleLimit => Info.Properties.GetValueOrDefault(WellKnownGrainTypeProperties.IdleDeactivationPeriod) switch
    {
        null => null,
        WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue => Timeout.InfiniteTimeSpan,
        var text => TimeSpan.Parse(text, CultureInfo.InvariantCulture),
    };
}
