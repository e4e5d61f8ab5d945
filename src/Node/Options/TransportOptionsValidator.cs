using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Options;

/// <summary>What the attributes of <see cref="TransportOptions"/> say.</summary>
[OptionsValidator]
public sealed partial class TransportOptionsValidator : IValidateOptions<TransportOptions>;
