using Microsoft.Extensions.Options;

namespace ExpertCluster.Router.Options;

/// <summary>What the attributes of <see cref="PolicyOptions"/> say.</summary>
[OptionsValidator]
internal sealed partial class PolicyOptionsValidator : IValidateOptions<PolicyOptions>;
