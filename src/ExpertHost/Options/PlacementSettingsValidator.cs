using Microsoft.Extensions.Options;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>What the attributes of <see cref="PlacementSettings"/> say.</summary>
[OptionsValidator]
internal sealed partial class PlacementSettingsValidator : IValidateOptions<PlacementSettings>;
