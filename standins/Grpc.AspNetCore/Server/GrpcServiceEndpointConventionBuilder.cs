namespace Microsoft.AspNetCore.Builder;

/// <summary>Applies conventions, such as an authorization policy, to a service's endpoints.</summary>
public sealed class GrpcServiceEndpointConventionBuilder : IEndpointConventionBuilder
{
    private readonly IReadOnlyList<IEndpointConventionBuilder> _endpoints;

    internal GrpcServiceEndpointConventionBuilder(IReadOnlyList<IEndpointConventionBuilder> endpoints) => _endpoints = endpoints;

    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (IEndpointConventionBuilder endpoint in _endpoints)
            endpoint.Add(convention);
    }

    public void Finally(Action<EndpointBuilder> finallyConvention)
    {
        foreach (IEndpointConventionBuilder endpoint in _endpoints)
            endpoint.Finally(finallyConvention);
    }
}
