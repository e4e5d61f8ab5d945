using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Options;

/// <summary>What the attributes of <see cref="TlsOptions"/> say.</summary>
[OptionsValidator]
public sealed partial class TlsOptionsValidator : IValidateOptions<TlsOptions>;
