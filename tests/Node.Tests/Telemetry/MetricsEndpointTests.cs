using System.Text;
using ExpertCluster.Node.Telemetry;

namespace ExpertCluster.Node.Tests.Telemetry;

public sealed class MetricsEndpointTests
{
    [Theory]
    [InlineData("vllm_num_requests_running 1\n", "vllm:num_requests_running 1\n")]
    [InlineData("# HELP vllm_a of vllm_b\n# TYPE vllm_a gauge\nvllm_a 1\n", "# HELP vllm:a of vllm_b\n# TYPE vllm:a gauge\nvllm:a 1\n")]
    [InlineData("a{model=\"vllm_x\"} 1\nvllm_a{model=\"vllm_x\"} 1\n", "a{model=\"vllm_x\"} 1\nvllm:a{model=\"vllm_x\"} 1\n")]
    [InlineData("my_vllm_a 1\nvllm 2\n# vllm_c\n", "my_vllm_a 1\nvllm 2\n# vllm_c\n")]
    [InlineData("a 1\nvllm_", "a 1\nvllm:")]
    [InlineData("", "")]
    public void RestoreColons_Exposition_ChangesNamesAtLineStartsAlone(string written, string told)
    {
        byte[] exposition = Encoding.UTF8.GetBytes(written);

        MetricsEndpoint.RestoreColons(exposition);

        Assert.Equal(told, Encoding.UTF8.GetString(exposition));
    }
}
