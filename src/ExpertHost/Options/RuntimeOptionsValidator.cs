using Microsoft.Extensions.Options;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>What the attributes of <see cref="RuntimeOptions"/> say.</summary>
[OptionsValidator]
internal sealed partial class RuntimeOptionsValidator : IValidateOptions<RuntimeOptions>;
