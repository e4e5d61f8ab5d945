using Orleans.Runtime;

namespace Orleans;

/// <summary>Every grain interface derives from this one.</summary>
public interface IGrain : IAddressable;

public interface IGrainWithStringKey : IGrain;

public interface IGrainWithIntegerKey : IGrain;

public interface IGrainWithGuidKey : IGrain;

public interface IGrainObserver : IAddressable;
