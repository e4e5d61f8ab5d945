namespace Orleans.Runtime;

/// <summary>Anything that a grain call can be addressed to.</summary>
public interface IAddressable;
