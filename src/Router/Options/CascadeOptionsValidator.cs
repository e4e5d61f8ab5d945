using Microsoft.Extensions.Options;

namespace ExpertCluster.Router.Options;

/// <summary>What the attributes of <see cref="CascadeOptions"/> say.</summary>
[OptionsValidator]
internal sealed partial class CascadeOptionsValidator : IValidateOptions<CascadeOptions>;
