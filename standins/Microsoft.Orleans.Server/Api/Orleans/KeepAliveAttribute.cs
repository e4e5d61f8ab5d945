using Orleans.Metadata;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Idle activations of this class are never collected.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class KeepAliveAttribute : Attribute, IGrainPropertiesProviderAttribute
{
    public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
        properties[WellKnownGrainTypeProperties.IdleDeactivationPeriod] =
            WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue;
}
