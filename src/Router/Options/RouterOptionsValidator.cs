using Microsoft.Extensions.Options;

namespace ExpertCluster.Router.Options;

/// <summary>What the attributes of <see cref="RouterOptions"/> say.</summary>
[OptionsValidator]
internal sealed partial class RouterOptionsValidator : IValidateOptions<RouterOptions>;
