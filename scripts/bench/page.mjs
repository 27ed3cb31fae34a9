export const pageMeasurements = () => [];
