using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Options;

/// <summary>What the attributes of <see cref="NodeOptions"/> say.</summary>
[OptionsValidator]
public sealed partial class NodeOptionsValidator : IValidateOptions<NodeOptions>;
